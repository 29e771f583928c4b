"""Every row of models.yaml talks, calls a tool and speaks, through the real clients and over a real port."""

import base64
import json
from collections import Counter
from typing import Any

import pytest
from livekit.agents import llm, utils
from livekit.plugins.openai import realtime

from agent.interface import PCM_RATE_HZ, VoiceModel
from agent.registry import load_models
from contracts.voice_model import LlmProtocol, ModelKind, ModelSpec, ModelTable
from tests.agent.models.conftest import MODELS_FILE
from tests.agent.models.conversing import (
    GREETING,
    PROMPT,
    ask,
    assistant,
    called,
    get_weather,
    model_at,
    recording,
    system,
    user,
)
from tests.agent.models.provider.server import ARGUMENTS, TRANSCRIPT, WORDS, Provider

pytestmark = pytest.mark.anyio

ROWS = load_models(MODELS_FILE).models
CHATTING = [pytest.param(row, id=row.id) for row in ROWS if row.llm.protocol is not LlmProtocol.OPENAI_REALTIME]
SPEAKING = [pytest.param(row, id=row.id) for row in ROWS if row.tts is not None]
TALKING_SESSIONS = [pytest.param(row, id=row.id) for row in ROWS if row.llm.protocol is LlmProtocol.OPENAI_REALTIME]


def test_the_table_is_the_papers_table_3_and_three_demonstrations(table: ModelTable) -> None:
    rated = [row for row in table.models if not row.demo]
    assert Counter(row.kind for row in rated) == {
        ModelKind.END_TO_END: 4,
        ModelKind.SPEECH_TO_TEXT: 11,
        ModelKind.PIPELINE: 3,
    }
    assert Counter(row.open_weights for row in rated) == {True: 11, False: 7}
    assert {row.stt.model for row in rated if row.stt is not None} == {"gpt-4o-transcribe"}
    assert {row.tts.model for row in rated if row.tts is not None} == {"gpt-4o-mini-tts"}
    assert {row.kind for row in table.models if row.demo} == set(ModelKind)
    assert all("no model" in row.label for row in table.models if row.demo)


def test_every_row_has_its_architectures_line_of_the_prompt(table: ModelTable) -> None:
    lines = {(row.kind, row.prompt_line) for row in table.models}
    assert lines == {
        (ModelKind.END_TO_END, "You receive audio input and respond with audio. Speak naturally in English."),
        (
            ModelKind.SPEECH_TO_TEXT,
            "You receive audio input and respond with text that will be converted to speech.",
        ),
        (
            ModelKind.PIPELINE,
            "You receive text transcribed from audio and respond with text that will be converted to speech.",
        ),
    }


@pytest.mark.parametrize("row", CHATTING)
async def test_a_row_hears_calls_a_tool_and_answers(row: ModelSpec, provider: Provider) -> None:
    async with model_at(row, provider) as model:
        said: llm.ChatContent = recording()
        if model.stt is not None:
            event = await model.stt.recognize(utils.combine_frames(recording().frame))
            said = event.alternatives[0].text
            assert said == TRANSCRIPT
            assert 0.4 < provider.last["seconds"] < 0.6
        items: list[llm.ChatItem] = [system(), assistant(GREETING), user(said)]

        first = await ask(model, items, tools=True)
        assert [(call.name, json.loads(call.arguments)) for call in first.calls] == [("get_weather", ARGUMENTS)]
        _check_request(row, provider.last)

        items += called(first)
        second = await ask(model, items, tools=True)
        if row.capabilities.audio_out:
            assert second.spoken == WORDS
            assert second.text == ""
            assert len(second.pcm) / 2 / PCM_RATE_HZ == pytest.approx(0.1)
        else:
            assert second.text == WORDS
            assert second.pcm == b""

        items += [second.as_item(), user(recording() if row.capabilities.audio_in else "And now?")]
        assert (await ask(model, items, tools=False)).calls == []


def _check_request(row: ModelSpec, request: dict[str, Any]) -> None:
    sent = json.dumps(request)
    assert PROMPT in sent
    assert "get_weather" in sent
    if row.llm.protocol is LlmProtocol.GOOGLE:
        heard = [part for turn in request["contents"] for part in turn["parts"] if "inlineData" in part]
        assert len(base64.urlsafe_b64decode(heard[0]["inlineData"]["data"])) > 10_000
        return
    assert request["model"] == row.llm.model
    assert request["parallel_tool_calls"] is row.capabilities.parallel_tool_calls
    assert request.get("modalities") == (["text", "audio"] if row.capabilities.audio_out else None)
    assert ("input_audio" in sent) is row.capabilities.audio_in
    own = {"voice", "audio_stream"}
    assert all(request[name] == value for name, value in row.llm.parameters.items() if name not in own)
    if "voice" in row.llm.parameters:
        assert request["audio"] == {"voice": row.llm.parameters["voice"], "format": "pcm16"}


@pytest.mark.parametrize("row", SPEAKING)
async def test_a_rows_voice_speaks_text(row: ModelSpec, provider: Provider) -> None:
    async with model_at(row, provider) as model:
        assert row.tts is not None
        assert model.tts is not None
        async with model.tts.synthesize(WORDS) as stream:
            frames = [event.frame async for event in stream]
    assert {frame.sample_rate for frame in frames} == {PCM_RATE_HZ}
    assert sum(frame.duration for frame in frames) == pytest.approx(0.3, abs=0.02)
    assert provider.last["input"] == WORDS
    assert provider.last["model"] == row.tts.model
    assert provider.last["voice"] == row.tts.parameters["voice"]


@pytest.mark.parametrize("row", TALKING_SESSIONS)
async def test_a_realtime_row_hears_calls_a_tool_and_answers(row: ModelSpec, provider: Provider) -> None:
    async with model_at(row, provider) as model:
        assert isinstance(model.llm, realtime.RealtimeModel)
        session = model.llm.session(turn_detection_disabled=True)
        try:
            await _talk(session, model)
        finally:
            await session.aclose()
    config = next(event["session"] for event in provider.requests if event.get("type") == "session.update")
    assert config["audio"]["output"]["voice"] == row.llm.parameters["voice"]
    assert config["audio"]["input"]["turn_detection"] is None
    assert config["output_modalities"] == ["audio"]


async def _talk(session: realtime.RealtimeSession, model: VoiceModel) -> None:
    await session.update_instructions(PROMPT)
    await session.update_tools([get_weather])
    for frame in recording().frame:
        session.push_audio(frame)
    session.commit_audio()

    generation = await session.generate_reply()
    calls = [call async for call in generation.function_stream]
    assert [(call.name, json.loads(call.arguments)) for call in calls] == [("get_weather", ARGUMENTS)]

    output = llm.FunctionCallOutput(call_id=calls[0].call_id, name="get_weather", output="sunny", is_error=False)
    context = model.shape_context(llm.ChatContext([*session.chat_ctx.items, output]))
    await session.update_chat_ctx(context)
    generation = await session.generate_reply()
    async for message in generation.message_stream:
        assert "".join([text async for text in message.text_stream]) == WORDS
        frames = [frame async for frame in message.audio_stream]
        assert sum(frame.duration for frame in frames) == pytest.approx(0.1)
