"""Every fault that can be ordered, seen by the real clients."""

import io
import json
import time
from typing import Any

import httpx
import openai
import pytest
from google import genai
from google.genai import errors

from local.model_server.faults import Fault, Faults, parse
from tests.local.model_server.conftest import FaultControl, Served
from tests.local.model_server.speech import spoken

CHAT = "earwitness-demo-chat"
HELLO: list[Any] = [{"role": "user", "content": "I like music and gardens."}]


def test_a_status_is_answered_as_often_as_ordered(client: openai.OpenAI, faults: FaultControl) -> None:
    faults.set(b'{"chat": {"status": 503, "times": 2}}')
    for _ in range(2):
        with pytest.raises(openai.InternalServerError) as failed:
            client.chat.completions.create(model=CHAT, messages=HELLO)
        assert failed.value.status_code == 503
    assert client.chat.completions.create(model=CHAT, messages=HELLO).choices


def test_a_component_fails_alone(client: openai.OpenAI, gemini: genai.Client, faults: FaultControl) -> None:
    faults.set(b'{"transcriptions": {"status": 429}, "gemini": {"status": 500}, "speech": {"status": 500}}')
    with pytest.raises(openai.RateLimitError):
        client.audio.transcriptions.create(model="m", file=("s.wav", io.BytesIO(spoken("hello"))))
    with pytest.raises(openai.InternalServerError):
        client.audio.speech.create(model="m", voice="alloy", input="Hello.", response_format="pcm")
    with pytest.raises(errors.ServerError):
        gemini.models.generate_content(model="earwitness-demo-gemini", contents="Hello.")
    assert client.chat.completions.create(model=CHAT, messages=HELLO).choices


def test_a_request_orders_its_own_fault_by_header_or_by_the_model_s_name(client: openai.OpenAI) -> None:
    with pytest.raises(openai.RateLimitError):
        client.chat.completions.create(
            model=CHAT, messages=HELLO, extra_headers={"x-earwitness-faults": '{"status": 429}'}
        )
    with pytest.raises(openai.InternalServerError):
        client.chat.completions.create(model=f"{CHAT}+fault:status=500", messages=HELLO)


def test_the_first_byte_and_the_chunks_are_delayed(client: openai.OpenAI) -> None:
    started = time.monotonic()
    stream = client.chat.completions.create(
        model=f"{CHAT}+fault:delay_ms=300,chunk_delay_ms=30", messages=HELLO, stream=True
    )
    times = [time.monotonic() - started for _ in stream]
    assert times[0] >= 0.3
    assert times[-1] - times[0] >= 0.03 * (len(times) - 3)


def test_a_stream_stalls_after_so_many_chunks(client: openai.OpenAI) -> None:
    impatient = client.with_options(timeout=3)
    stream = impatient.chat.completions.create(model=f"{CHAT}+fault:stall_after_chunks=3", messages=HELLO, stream=True)
    received = [next(stream) for _ in range(3)]
    assert len(received) == 3
    with pytest.raises(openai.APITimeoutError):
        next(stream)


def test_stalled_streams_end_when_the_faults_are_set_anew(client: openai.OpenAI, faults: FaultControl) -> None:
    faults.set(b'{"chat": {"stall_after_chunks": 2}}')
    stream = client.chat.completions.create(model=CHAT, messages=HELLO, stream=True)
    received = [next(stream), next(stream)]
    faults.clear()
    received += list(stream)
    assert len(received) == 2


def test_a_garbled_stream_and_a_garbled_body_cannot_be_parsed(client: openai.OpenAI, gemini: genai.Client) -> None:
    with pytest.raises(json.JSONDecodeError):
        list(client.chat.completions.create(model=f"{CHAT}+fault:garbage", messages=HELLO, stream=True))
    with pytest.raises((openai.APIResponseValidationError, json.JSONDecodeError)):
        client.chat.completions.create(model=f"{CHAT}+fault:garbage", messages=HELLO)
    with pytest.raises((errors.APIError, errors.UnknownApiResponseError, json.JSONDecodeError)):
        gemini.models.generate_content(model="earwitness-demo-gemini+fault:garbage", contents="I like music.")


def test_garbled_speech_ends_in_the_middle_of_a_sample(client: openai.OpenAI) -> None:
    body = client.audio.speech.create(
        model="m+fault:garbage", voice="alloy", input="Hello.", response_format="pcm"
    ).read()
    assert len(body) % 2 == 1


def test_orders_that_are_none_are_refused(server: Served) -> None:
    answer = httpx.post(f"{server.url}/faults", json={"chat": {"stats": 500}})
    assert answer.status_code == 400
    assert "stats" in answer.json()["error"]["message"]


def test_pairs_and_json_say_the_same() -> None:
    assert parse("status=500,delay_ms=20,garbage") == Fault(status=500, delay_ms=20, garbage=True)
    assert parse('{"status": 500, "delay_ms": 20, "garbage": true}') == Fault(status=500, delay_ms=20, garbage=True)
    assert Faults().take("chat") == Fault()
