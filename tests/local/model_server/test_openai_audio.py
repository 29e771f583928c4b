"""Transcription, speech and embeddings through the real client."""

import io

import numpy as np
import openai
import pytest

from local.model_server.speaking.pcm import UnreadableAudioError, samples_of
from local.model_server.speaking.voice import RATE_HZ
from tests.local.model_server.speech import spoken, word_errors

SENTENCES = (
    "please sign me in",
    "send a message to robert saying the meeting is on monday",
    "delete the last message to susan",
    "which accounts do i follow",
    "find the post about music",
    "i would like to talk about my garden",
)
PROMPT = "Messenger with Robert and Susan. Social posts about music. Accounts you follow. Sign in."


def upload(text: str) -> tuple[str, io.BytesIO]:
    return "speech.wav", io.BytesIO(spoken(text))


def test_transcription_makes_few_word_errors(client: openai.OpenAI) -> None:
    errors = 0
    for sentence in SENTENCES:
        heard = client.audio.transcriptions.create(
            model="earwitness-demo-transcribe", file=upload(sentence), prompt=PROMPT
        )
        errors += word_errors(sentence, heard.text)
    assert errors / sum(len(s.split()) for s in SENTENCES) <= 0.12


def test_every_transcript_format_is_served(client: openai.OpenAI) -> None:
    text = "good morning"
    plain = client.audio.transcriptions.create(model="m", file=upload(text), response_format="text")
    verbose = client.audio.transcriptions.create(model="m", file=upload(text), response_format="verbose_json")
    assert word_errors(text, str(plain)) == 0
    assert verbose.duration > 0.5
    assert verbose.segments
    assert verbose.text.lower() == text
    events = list(client.audio.transcriptions.create(model="m", file=upload(text), stream=True))
    assert events[-1].type == "transcript.text.done"
    assert "".join(e.delta for e in events if e.type == "transcript.text.delta") == events[-1].text


def test_silence_has_no_words(client: openai.OpenAI) -> None:
    from local.model_server.speaking.pcm import wav

    heard = client.audio.transcriptions.create(model="m", file=("s.wav", io.BytesIO(wav(bytes(32_000), 16_000))))
    assert heard.text == ""


def test_what_is_no_wave_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="WAV"):
        client.audio.transcriptions.create(model="m", file=("s.wav", io.BytesIO(b"no wave")))
    with pytest.raises(UnreadableAudioError):
        samples_of(b"RIFF")


@pytest.mark.parametrize("wanted", ["pcm", "wav"])
def test_speech_is_streamed_and_can_be_heard_again(client: openai.OpenAI, wanted: str) -> None:
    text = "Your message is sent. What would you like to do next?"
    with client.audio.speech.with_streaming_response.create(
        model="earwitness-demo-tts",
        voice="alloy",
        input=text,
        response_format=wanted,  # type: ignore[arg-type]
    ) as answer:
        chunks = list(answer.iter_bytes(4800))
    body = b"".join(chunks)
    pcm = body if wanted == "pcm" else samples_of(body)[0]
    assert len(chunks) > 5
    assert 1.5 < len(pcm) / 2 / RATE_HZ < 8
    assert int(np.abs(np.frombuffer(pcm[: len(pcm) // 2 * 2], np.int16)).max()) > 2000


def test_speech_without_text_or_in_other_formats_is_refused(client: openai.OpenAI) -> None:
    for body in ({"input": " ", "response_format": "pcm"}, {"input": "Hello", "response_format": "mp3"}):
        with pytest.raises(openai.BadRequestError):
            client.audio.speech.create(model="m", voice="alloy", **body)  # type: ignore[arg-type]


def test_embeddings_are_the_same_every_time_and_near_for_shared_words(client: openai.OpenAI) -> None:
    texts = [
        "the assistant interrupted me all the time",
        "it kept interrupting me",
        "the voice sounded natural and warm",
    ]
    first = client.embeddings.create(model="earwitness-demo-embedding", input=texts)
    floats = client.embeddings.create(model="earwitness-demo-embedding", input=texts, encoding_format="float")
    a, b, c = (np.asarray(d.embedding) for d in first.data)
    np.testing.assert_allclose(a, np.asarray(floats.data[0].embedding), atol=1e-6)
    assert abs(float(a @ a) - 1) < 1e-5
    assert float(a @ b) > float(a @ c) + 0.1
