"""Spoken replies: their sound, their words, their ids, and what stands in for them when they fail."""

import pytest
from livekit.agents import APIError

from agent.models.context import AUDIO_REPLY_KEY, AudioReply
from agent.models.openai_audio import pcm_of_wav
from contracts.voice_model import ModelSpec, ModelTable
from tests.agent.models.conversing import PATIENT, ask, assistant, model_at, recording, user
from tests.agent.models.provider.server import WORDS, Fault, Provider, tone, wav

pytestmark = pytest.mark.anyio


@pytest.fixture
def spec(table: ModelTable) -> ModelSpec:
    return next(row for row in table.models if row.id == "gpt-4o-audio-preview")


async def test_sound_arrives_whole_with_its_words(spec: ModelSpec, provider: Provider) -> None:
    async with model_at(spec, provider) as model:
        reply = await ask(model, [user(recording())])
    assert (reply.spoken, reply.text) == (WORDS, "")
    assert reply.pcm == tone()


async def test_the_next_request_carries_the_earlier_reply_by_its_id(spec: ModelSpec, provider: Provider) -> None:
    async with model_at(spec, provider) as model:
        reply = await ask(model, [user(recording())])
        assert reply.extra[AUDIO_REPLY_KEY]["id"] == "audio_1"
        await ask(model, [user(recording()), reply.as_item(), user(recording())])
    assert provider.last["messages"][1] == {"role": "assistant", "audio": {"id": "audio_1"}}


async def test_an_id_that_the_provider_has_forgotten_is_replaced_by_its_words(
    spec: ModelSpec, provider: Provider
) -> None:
    gone = assistant("Good day.", extra={AUDIO_REPLY_KEY: AudioReply(id="audio_99", expires_at=4e9)})
    async with model_at(spec, provider) as model:
        reply = await ask(model, [user(recording()), gone, user(recording())])
    assert reply.spoken == WORDS
    assert [len(request["messages"]) for request in provider.requests] == [3, 3]
    assert provider.last["messages"][1] == {"role": "assistant", "content": "Good day."}


async def test_a_reply_in_text_alone_is_left_to_a_voice(spec: ModelSpec, provider: Provider) -> None:
    provider.fault = Fault.TEXT_ONLY
    async with model_at(spec, provider) as model:
        reply = await ask(model, [user(recording())])
        assert (reply.text, reply.spoken, reply.pcm) == (WORDS, "", b"")
        assert AUDIO_REPLY_KEY not in reply.extra
        assert model.tts is not None
        async with model.tts.synthesize(reply.text) as stream:
            assert sum([event.frame.duration async for event in stream]) > 0.2


async def test_words_whose_sound_never_came_are_left_to_a_voice(spec: ModelSpec, provider: Provider) -> None:
    provider.fault = Fault.NO_SOUND_FOR_WORDS
    async with model_at(spec, provider) as model:
        reply = await ask(model, [user(recording())])
    assert (reply.text, reply.spoken) == (WORDS, "")
    assert AUDIO_REPLY_KEY not in reply.extra


async def test_a_reply_that_breaks_after_some_sound_is_not_said_twice(spec: ModelSpec, provider: Provider) -> None:
    provider.fault = Fault.BROKEN_AFTER_SOUND
    async with model_at(spec, provider) as model:
        with pytest.raises(APIError) as raised:
            await ask(model, [user(recording())], options=PATIENT)
    assert not raised.value.retryable
    assert len(provider.requests) == 1


async def test_text_of_a_server_that_sends_sound_after_it_waits_for_the_sound(
    table: ModelTable, provider: Provider
) -> None:
    spec = next(row for row in table.models if row.id == "qwen2.5-omni-7b")
    async with model_at(spec, provider) as model:
        reply = await ask(model, [user(recording())])
        assert (reply.spoken, reply.text, reply.pcm) == (WORDS, "", tone())
        provider.fault = Fault.TEXT_ONLY
        reply = await ask(model, [user(recording())])
        assert (reply.spoken, reply.text, reply.pcm) == ("", WORDS, b"")


def test_only_sound_in_the_form_of_the_session_is_taken() -> None:
    assert pcm_of_wav(wav(tone())) == tone()
    with pytest.raises(ValueError, match="allowed"):
        pcm_of_wav(wav(tone(), 16_000))
    with pytest.raises(ValueError, match="not a WAV file"):
        pcm_of_wav(b"RIFF")
