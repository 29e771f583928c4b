"""The three demonstrations against the local model server itself, started as `make demo` starts it."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from livekit import rtc
from livekit.agents import APIConnectOptions, llm, utils

from agent.interface import PCM_RATE_HZ, VoiceModel
from agent.models.failure import Failure, failure_of
from agent.registry import build
from contracts.voice_model import ModelSpec, ModelTable
from tests.agent.models.conversing import IMPATIENT, Reply, ask, assistant, called, recording, system, user

pytestmark = [pytest.mark.anyio, pytest.mark.realtime]

ROOT = Path(__file__).parents[3]
PATIENT = APIConnectOptions(max_retry=0, retry_interval=0.1, timeout=30.0)
DEMOS = ["demo-end-to-end", "demo-speech-to-text", "demo-pipeline"]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a running server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "local.model_server", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ))
    try:
        _wait_until_it_serves(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_it_serves(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(150):
        with contextlib.suppress(httpx.TransportError):
            assert httpx.get(f"{address}/healthz").json()["status"] == "ok"
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the local model server ended with {process.wait(timeout=0.2)}")
    pytest.fail("the local model server did not answer within 30 s")


@pytest.fixture(params=DEMOS)
async def model(request: pytest.FixtureRequest, table: ModelTable, server: str) -> AsyncIterator[VoiceModel]:
    spec: ModelSpec = next(row for row in table.models if row.id == request.param)
    env = {"EARWITNESS_LOCAL_OPENAI_URL": f"{server}/v1", "EARWITNESS_LOCAL_GOOGLE_URL": server}
    built = build(spec, env)
    try:
        yield built
    finally:
        for part in (built.llm, built.stt, built.tts):
            if part is not None:
                await part.aclose()


async def said(model: VoiceModel, text: str) -> llm.ChatMessage:
    """A user turn in the voice of the server, as this model hears it."""
    assert model.tts is not None
    async with model.tts.synthesize(text, conn_options=PATIENT) as stream:
        frames = [event.frame async for event in stream]
    resampler = rtc.AudioResampler(PCM_RATE_HZ, 16_000)
    heard = [*(small for frame in frames for small in resampler.push(frame)), *resampler.flush()]
    if model.stt is None:
        return user(llm.AudioContent(frame=heard))
    event = await model.stt.recognize(utils.combine_frames(heard), conn_options=PATIENT)
    return user(event.alternatives[0].text)


def words_and_sound(reply: Reply, model: VoiceModel) -> str:
    """The reply's words; fails when a model that speaks has sent no sound with them."""
    assert bool(reply.pcm) is model.spec.capabilities.audio_out
    assert bool(reply.spoken) is model.spec.capabilities.audio_out
    return reply.spoken + reply.text


async def test_a_demonstration_hears_calls_a_tool_and_answers(model: VoiceModel) -> None:
    items: list[llm.ChatItem] = [system(), assistant("Hello, how can I help?")]
    for text in ("What is the weather in Paris?", "In Paris.", "Please get the weather in Paris."):
        items.append(await said(model, text))
        reply = await ask(model, items, tools=True, options=PATIENT)
        if reply.calls:
            break
        # It mishears now and then, and asks again.
        assert words_and_sound(reply, model)
        items.append(reply.as_item())
    assert [call.name for call in reply.calls] == ["get_weather"]
    assert json.loads(reply.calls[0].arguments)["city"]
    items += called(reply, '{"weather": "sunny"}')
    reply = await ask(model, items, tools=True, options=PATIENT)
    assert words_and_sound(reply, model)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 503}, Failure("status", 503, True)),
        ({"stall_after_chunks": 0}, Failure("timeout", None, True)),
        ({"garbage": True}, Failure("malformed", None, True)),
    ],
)
async def test_a_fault_of_the_server_arrives_as_its_kind(
    model: VoiceModel, server: str, fault: dict[str, object], expected: Failure
) -> None:
    options = IMPATIENT if expected.error == "timeout" else PATIENT
    async with httpx.AsyncClient(base_url=server) as client:
        await client.post("/faults", json={"chat": fault, "gemini": fault})
        try:
            with pytest.raises(Exception) as raised:  # noqa: PT011  # which one is what is asked
                async with asyncio.timeout(20):
                    await ask(model, [user(recording() if model.stt is None else "hello")], options=options)
        finally:
            await client.delete("/faults")
    assert failure_of(raised.value).error == expected.error
    assert failure_of(raised.value).status_code == expected.status_code
