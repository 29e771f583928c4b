"""Providers that fail: each failure arrives as one of the few kinds that the event log knows."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from livekit.agents import APIConnectionError, APIConnectOptions, llm, utils

from agent.interface import VoiceModel
from agent.models import openai_speech, openai_transcription
from agent.models.failure import EmptyReplyError, Failure, failure_of
from contracts.voice_model import ModelSpec, ModelTable
from tests.agent.models.conversing import IMPATIENT, ONE_ATTEMPT, PATIENT, ask, model_at, recording, user
from tests.agent.models.provider.server import WORDS, Fault, Provider

pytestmark = pytest.mark.anyio

CHATTING = ["gpt-4o-audio-preview", "gemini-2.5-flash", "gpt-4o-mini"]


def row(table: ModelTable, name: str) -> ModelSpec:
    return next(spec for spec in table.models if spec.id == name)


async def failure_in(action: Callable[[], Awaitable[object]]) -> Failure:
    """The kind of failure that the action ends in, long before anybody in a conversation would lose patience."""
    async with asyncio.timeout(20.0) as patience:
        with pytest.raises(Exception) as raised:  # noqa: PT011  # which one is what is asked
            await action()
    assert not patience.expired()
    return failure_of(raised.value)


def question(model: VoiceModel) -> list[llm.ChatItem]:
    return [user(recording() if model.spec.capabilities.audio_in else "What is the weather?")]


@pytest.mark.parametrize("name", CHATTING)
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.STATUS_500, Failure("status", 500, True)),
        (Fault.STALL_BEFORE_REPLY, Failure("timeout", None, True)),
        (Fault.MALFORMED, Failure("malformed", None, True)),
        (Fault.EMPTY, Failure("malformed", None, True)),
    ],
)
async def test_a_language_model_that_fails(
    table: ModelTable, provider: Provider, name: str, fault: Fault, expected: Failure
) -> None:
    provider.fault = fault
    options = IMPATIENT if fault is Fault.STALL_BEFORE_REPLY else ONE_ATTEMPT
    async with model_at(row(table, name), provider) as model:
        assert await failure_in(lambda: ask(model, question(model), options=options)) == expected
    assert len(provider.requests) == 1


@pytest.mark.parametrize("name", CHATTING)
async def test_a_language_model_that_stalls_in_the_middle_is_given_up(
    table: ModelTable, provider: Provider, name: str
) -> None:
    provider.fault = Fault.STALL_MID_STREAM
    async with model_at(row(table, name), provider) as model:
        failure = await failure_in(lambda: ask(model, question(model), options=IMPATIENT))
    assert failure.error == "timeout"


@pytest.mark.parametrize("name", CHATTING)
async def test_a_language_model_that_hangs_up_is_asked_once(table: ModelTable, provider: Provider, name: str) -> None:
    calls = 0

    def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        provider.port = server.sockets[0].getsockname()[1]
        async with model_at(row(table, name), provider) as model:
            failure = await failure_in(lambda: ask(model, question(model), options=ONE_ATTEMPT))
    assert (failure.error, calls) == ("connection", 1)


@pytest.mark.parametrize("name", CHATTING)
async def test_a_language_model_that_is_not_there(table: ModelTable, provider: Provider, name: str) -> None:
    provider.port = 1
    async with model_at(row(table, name), provider) as model:
        assert (await failure_in(lambda: ask(model, question(model), options=ONE_ATTEMPT))).error == "connection"


async def test_a_second_attempt_is_made_and_the_kind_survives_the_last_errors_wrapping(
    table: ModelTable, provider: Provider
) -> None:
    provider.fault = Fault.STATUS_500
    async with model_at(row(table, "gpt-4o-mini"), provider) as model:
        failure = await failure_in(lambda: ask(model, [user("hello")], options=PATIENT))
    assert failure == Failure("status", 500, True)
    assert len(provider.requests) == 2


async def test_a_request_that_the_provider_refuses_is_not_made_again(table: ModelTable, provider: Provider) -> None:
    async with model_at(row(table, "gpt-4o-mini"), provider) as model:
        failure = await failure_in(lambda: ask(model, [user(recording())], options=PATIENT))
    assert failure == Failure("status", 400, False)
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    ("fault", "expected"),
    [(Fault.STATUS_500, Failure("status", 500, True)), (Fault.STALL_BEFORE_REPLY, Failure("timeout", None, True))],
)
async def test_a_transcriber_that_fails(
    table: ModelTable, provider: Provider, monkeypatch: pytest.MonkeyPatch, fault: Fault, expected: Failure
) -> None:
    monkeypatch.setattr(openai_transcription, "STALL_S", 0.2)
    provider.fault = fault
    async with model_at(row(table, "gpt-4o-mini"), provider) as model:
        stt = model.stt
        assert stt is not None
        turn = utils.combine_frames(recording().frame)
        assert await failure_in(lambda: stt.recognize(turn, conn_options=IMPATIENT)) == expected


@pytest.mark.parametrize(
    ("fault", "expected"),
    [(Fault.STATUS_500, Failure("status", 500, True)), (Fault.STALL_MID_STREAM, Failure("timeout", None, True))],
)
async def test_a_voice_that_fails(
    table: ModelTable, provider: Provider, monkeypatch: pytest.MonkeyPatch, fault: Fault, expected: Failure
) -> None:
    monkeypatch.setattr(openai_speech, "STALL_S", 0.2)
    provider.fault = fault
    async with model_at(row(table, "gpt-4o-mini"), provider) as model:
        assert (await failure_in(lambda: _say(model, IMPATIENT))).error == expected.error


async def _say(model: VoiceModel, options: APIConnectOptions) -> None:
    assert model.tts is not None
    async with model.tts.synthesize(WORDS, conn_options=options) as stream:
        async for _ in stream:
            pass


async def test_a_realtime_session_whose_reply_never_begins_times_out() -> None:
    assert failure_of(llm.RealtimeError("generate_reply timed out.")).error == "timeout"
    assert failure_of(llm.RealtimeError("response failed")).error == "other"


def test_every_cause_is_looked_at_and_a_circle_of_causes_ends() -> None:
    outer = APIConnectionError("failed after 2 attempts")
    outer.__cause__ = EmptyReplyError()
    assert failure_of(outer) == Failure("malformed", None, True)
    outer.__cause__.__cause__ = outer
    assert failure_of(outer) == Failure("malformed", None, True)
    assert failure_of(RuntimeError("a bug")) == Failure("other", None, False)
