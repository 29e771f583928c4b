"""What reaches the provider of a conversation, as the capability flags say."""

import base64
import io
import wave
from collections.abc import Sequence
from typing import Any

import pytest
from livekit.agents import llm

from agent.models.context import AUDIO_REPLY_KEY, EXPIRY_MARGIN_S, AudioReply, ContextShaper
from agent.models.history import AUDIO_GONE
from contracts.voice_model import ModelSpec, ModelTable
from tests.agent.models.conversing import PROMPT, assistant, recording, system, user

NOW = 1_000_000.0


def row(table: ModelTable, name: str, **changes: Any) -> ModelSpec:
    spec = next(spec for spec in table.models if spec.id == name)
    capabilities = spec.capabilities.model_copy(
        update={key: changes.pop(key) for key in list(changes) if key in type(spec.capabilities).model_fields}
    )
    return spec.model_copy(update={"capabilities": capabilities, **changes})


def openai_messages(spec: ModelSpec, items: Sequence[llm.ChatItem]) -> list[dict[str, Any]]:
    shaped = ContextShaper(spec, now=lambda: NOW)(llm.ChatContext(list(items)))
    messages: list[dict[str, Any]] = shaped.to_provider_format("openai")[0]
    return messages


def seconds(part: dict[str, Any]) -> float:
    with wave.open(io.BytesIO(base64.b64decode(part["input_audio"]["data"]))) as reader:
        return float(reader.getnframes() / reader.getframerate())


def kept_reply(*, expires_in_s: float = 3000.0) -> dict[str, Any]:
    return {AUDIO_REPLY_KEY: AudioReply(id="audio_7", expires_at=NOW + expires_in_s)}


def test_a_recording_is_sent_whole_as_wav(table: ModelTable) -> None:
    messages = openai_messages(row(table, "ultravox-v0.6-llama-3.1-8b"), [system(), user(recording(0.5))])
    assert messages[0] == {"role": "system", "content": PROMPT}
    (part,) = messages[1]["content"]
    assert part["input_audio"]["format"] == "wav"
    assert seconds(part) == pytest.approx(0.5)


def test_words_beside_a_recording_keep_their_place(table: ModelTable) -> None:
    messages = openai_messages(row(table, "gpt-4o-audio-preview"), [user("before", recording(), "after")])
    assert [part.get("text", "audio") for part in messages[0]["content"]] == ["before", "audio", "after"]


def test_the_context_given_is_not_changed(table: ModelTable) -> None:
    context = llm.ChatContext([system(), user(recording()), user(recording()), assistant("hello")])
    before = [item.model_copy(deep=False) for item in context.items]
    ContextShaper(row(table, "voxtral-mini-3b-2507"))(context).to_provider_format("openai")
    assert context.items == before


def test_google_gets_recordings_inline(table: ModelTable) -> None:
    shaper = ContextShaper(row(table, "gemini-2.5-pro"))
    turns, extra = shaper(llm.ChatContext([system(), user(recording(), "now")])).to_provider_format("google")
    assert extra.system_messages == [PROMPT]
    audio, text = turns[0]["parts"]
    assert audio["inline_data"]["mime_type"] == "audio/wav"
    assert audio["inline_data"]["data"][:4] == b"RIFF"
    assert text == {"text": "now"}


def test_a_reply_heard_to_its_end_is_sent_as_its_audio_id(table: ModelTable) -> None:
    items = [user(recording()), assistant("hello", extra=kept_reply()), user(recording())]
    assert openai_messages(row(table, "gpt-4o-audio-preview"), items)[1] == {
        "role": "assistant",
        "audio": {"id": "audio_7"},
    }


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(assistant("hel", interrupted=True, extra=kept_reply()), id="interrupted"),
        pytest.param(assistant("hel", extra=kept_reply(expires_in_s=EXPIRY_MARGIN_S)), id="about to expire"),
        pytest.param(assistant("hel"), id="never had an id"),
    ],
)
def test_a_reply_whose_audio_does_not_stand_for_it_is_sent_as_its_words(
    table: ModelTable, reply: llm.ChatMessage
) -> None:
    messages = openai_messages(row(table, "gpt-4o-audio-preview"), [user(recording()), reply])
    assert messages[1] == {"role": "assistant", "content": "hel"}


def test_audio_ids_are_not_sent_to_a_model_without_them(table: ModelTable) -> None:
    spec = row(table, "gpt-4o-audio-preview", assistant_audio_by_id=False)
    messages = openai_messages(spec, [user(recording()), assistant("hello", extra=kept_reply())])
    assert messages[1] == {"role": "assistant", "content": "hello"}


def test_after_a_barge_in_while_thinking_a_strict_template_gets_one_message(table: ModelTable) -> None:
    items = [system(), user("a"), assistant("b"), user(recording(0.5)), user(recording(0.25))]
    messages = openai_messages(row(table, "qwen3-omni-30b-a3b-instruct-thinker"), items)
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    (part,) = messages[-1]["content"]
    assert seconds(part) == pytest.approx(0.74)  # frames of 20 ms


def test_a_model_without_that_flag_gets_the_messages_apart(table: ModelTable) -> None:
    messages = openai_messages(row(table, "gpt-4o-audio-preview"), [user(recording()), user(recording())])
    assert len(messages) == 2


def test_a_template_without_a_system_role_gets_the_prompt_from_the_user(table: ModelTable) -> None:
    messages = openai_messages(row(table, "voxtral-mini-3b-2507"), [system(), user(recording())])
    assert [message["role"] for message in messages] == ["user"]
    assert messages[0]["content"][0] == {"type": "text", "text": PROMPT}
    assert messages[0]["content"][1]["type"] == "input_audio"


def test_audio_history_is_bounded_by_the_row(table: ModelTable) -> None:
    items: list[llm.ChatItem] = []
    for turn in range(4):
        items += [user(recording(0.1, transcript="first" if turn == 0 else None)), assistant(f"reply {turn}")]
    items.append(user(recording(0.1)))
    messages = openai_messages(row(table, "gpt-4o-audio-preview", audio_history_turns=2), items)
    users = [message["content"] for message in messages if message["role"] == "user"]
    assert users[:3] == ["first", AUDIO_GONE, AUDIO_GONE]
    assert [part["type"] for content in users[3:] for part in content] == ["input_audio", "input_audio"]


def test_each_recording_is_encoded_once_and_forgotten_when_it_leaves(table: ModelTable) -> None:
    shaper = ContextShaper(row(table, "gpt-4o-audio-preview", audio_history_turns=1))
    first, second = user(recording(0.1)), user(recording(0.1))
    one = shaper(llm.ChatContext([first]))
    encoded = one.to_provider_format("openai")[0][0]["content"][0]
    assert one.to_provider_format("openai")[0][0]["content"][0] == encoded
    assert len(shaper._encoded) == 1
    shaper(llm.ChatContext([first, second])).to_provider_format("openai")
    assert len(shaper._encoded) == 1
