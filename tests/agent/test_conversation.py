"""Whole conversations with fake models of each kind, faster than real time."""

import io
import wave

import pytest
from livekit.agents import APIConnectionError, APIStatusError, llm

from agent.session import prompt
from agent.session.harness_voice import Line
from agent.tools.offered import UNREADABLE
from contracts.base import JsonObject
from contracts.brief import PastAssistantTurn, PastToolCall, PastUserTurn
from contracts.conversation_event import (
    AgentStateLogged,
    AssistantBecameReady,
    AssistantTurn,
    Ended,
    NoticeSent,
    ProviderError,
    ToolCalled,
    ToolReturned,
    TurnDelay,
    UserTurn,
    Verified,
)
from contracts.room_event import (
    AgentState,
    AssistantReady,
    ConversationEnded,
    EndReason,
    Notice,
    NoticeKind,
    ToolCallUpdated,
    VerificationUpdated,
)
from contracts.tool_call import ToolCall, ToolResult
from contracts.turn_taking import TRUE_END_2025
from contracts.voice_model import ModelKind
from tests.agent.fakes.models import Call, Fail, FakeModel, Say, Stall, Step
from tests.agent.fakes.speech import spoken
from tests.agent.fakes.stage import stage
from tests.agent.fakes.tools import CounterTools

pytestmark = pytest.mark.anyio

KINDS = list(ModelKind)
GOOD = "That went well, thank you very much."


def by(number: int) -> JsonObject:
    return {"by": number}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_turn_is_heard_answered_and_its_delay_parts_sum_to_the_whole(kind: ModelKind) -> None:
    model = FakeModel(kind, [Say("Hello there, nice to meet you.")], ["hello"])
    async with stage(model) as here:
        here.pour(spoken("Hello, who are you?"))
        said = await here.seen.have(AssistantTurn)
        assert said.text == "Hello there, nice to meet you."
        assert said.spoken_by == ("model" if kind is ModelKind.END_TO_END else "tts")
        heard = here.seen.of(UserTurn)[0]
        assert heard.transcript == ("hello" if kind is ModelKind.PIPELINE else None)
        delay = here.seen.of(TurnDelay)[0]
        assert delay.parts.total_ms == pytest.approx(delay.total_ms, abs=20.0)
        assert delay.parts.vad_hangover_ms == pytest.approx(2000, abs=60)
        assert here.seen.of(AgentStateLogged)[-1].state in {AgentState.SPEAKING, AgentState.LISTENING}


@pytest.mark.parametrize("kind", [ModelKind.END_TO_END, ModelKind.SPEECH_TO_TEXT])
async def test_the_stored_audio_of_a_turn_is_what_the_model_got(kind: ModelKind) -> None:
    speech = spoken("Hello, who are you?")
    async with stage(FakeModel(kind, [Say(GOOD)])) as here:
        here.pour(speech)
        await here.seen.have(AssistantTurn)
        with wave.open(io.BytesIO(here.seen.audio[1])) as file:
            stored = file.readframes(file.getnframes())
        message = next(
            item for item in here.model.llm.requests[0].items if item.type == "message" and item.role == "user"
        )
        assert isinstance(message, llm.ChatMessage)
        audio = message.content[0]
        assert isinstance(audio, llm.AudioContent)
        assert b"".join(bytes(frame.data.cast("B")) for frame in audio.frame) == stored
        # The pre-buffer before, the kept tail behind, and the speech whole between them.
        assert speech in stored
        assert len(stored) / 32_000 == pytest.approx(len(speech) / 32_000 + 0.2 + 0.3, abs=0.15)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_tool_is_called_shown_verified_and_its_result_read(kind: ModelKind) -> None:
    tools = CounterTools()
    model = FakeModel(kind, [Call("add", by(5)), Say(GOOD)], ["add five"])
    async with stage(model, tools=tools) as here:
        here.pour(spoken("Please add five to it."))
        said = await here.seen.have(AssistantTurn)
        assert said.text == GOOD
        assert tools.value == 5
        assert here.seen.of(ToolCalled)[0].call.arguments == by(5)
        assert here.seen.of(ToolReturned)[0].result.output == '{"value": 5}'
        assert here.seen.of(Verified)[0].report.complete
        assert here.seen.of(VerificationUpdated)[0].report.complete
        assert [shown.call.status for shown in here.seen.of(ToolCallUpdated)] == ["started", "succeeded"]
        outputs = [item for item in here.model.llm.requests[-1].items if item.type == "function_call_output"]
        assert [output.output for output in outputs] == ['{"value": 5}']
        delay = here.seen.of(TurnDelay)[0]
        assert delay.parts.tools_ms > 0
        assert delay.parts.total_ms == pytest.approx(delay.total_ms, abs=20.0)


@pytest.mark.parametrize(
    ("call", "arguments"),
    [(Call("divide", by(2)), by(2)), (Call("add", "five, please"), {UNREADABLE: "five, please"})],
)
async def test_a_call_that_cannot_be_run_is_recorded_and_shown_as_failed(call: Call, arguments: JsonObject) -> None:
    tools = CounterTools()
    model = FakeModel(ModelKind.END_TO_END, [call, Call("add", by(5)), Say(GOOD)])
    async with stage(model, tools=tools) as here:
        here.pour(spoken("Please divide it by two."))
        await here.seen.have(AssistantTurn)
        called, returned = here.seen.of(ToolCalled), here.seen.of(ToolReturned)
        assert [(each.turn, each.call.function) for each in called] == [(1, call.function), (1, "add")]
        assert called[0].call.arguments == arguments
        assert [each.result.is_error for each in returned] == [True, False]
        outputs = [item for item in here.model.llm.requests[-1].items if item.type == "function_call_output"]
        assert [each.result.output for each in returned] == [output.output for output in outputs]
        assert [shown.status for shown in here.conversation.snapshot().tool_calls] == ["failed", "succeeded"]
        assert len(tools.called) == 1


async def test_who_is_not_heard_for_long_is_told_once_until_they_are_heard_again() -> None:
    taking = TRUE_END_2025.model_copy(update={"user_away_s": 0.2})
    async with stage(FakeModel(ModelKind.END_TO_END, otherwise=Say(GOOD)), turn_taking=taking) as here:
        here.conversation.say(Line.RETURNED)
        assert (await here.seen.have(Notice)).kind is NoticeKind.NO_AUDIO
        here.conversation.say(Line.RETURNED)
        await here.seen.have(AssistantTurn, 2)
        here.pour(spoken("Hello, who are you?"))
        await here.seen.have(AssistantTurn, 3)
        assert len(here.seen.of(Notice)) == 1
        await here.seen.have(Notice, 2)
        assert [sent.kind for sent in here.seen.of(NoticeSent)] == [NoticeKind.NO_AUDIO] * 2


@pytest.mark.parametrize("kind", KINDS)
async def test_a_chain_of_five_tool_calls_ends_in_an_answer(kind: ModelKind) -> None:
    tools = CounterTools()
    steps: list[Step] = [Call("add", by(1)) for _ in range(4)]
    model = FakeModel(kind, [*steps, Call("refuse"), Say(GOOD)], ["count"])
    async with stage(model, tools=tools) as here:
        here.pour(spoken("Please count to four and then try the impossible."))
        said = await here.seen.have(AssistantTurn)
        assert said.text == GOOD
        assert [call.function for call in tools.called] == ["add"] * 4 + ["refuse"]
        assert [returned.result.is_error for returned in here.seen.of(ToolReturned)] == [False] * 4 + [True]
        assert here.seen.of(ToolCallUpdated)[-1].call.status == "failed"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("failure", "error", "notice"),
    [
        (Fail(APIConnectionError()), "connection", NoticeKind.PROVIDER_FAILED),
        (Fail(APIStatusError("no", status_code=500)), "status", NoticeKind.PROVIDER_FAILED),
        (Fail(ValueError("garbage")), "malformed", NoticeKind.PROVIDER_FAILED),
        (Say(""), "malformed", NoticeKind.PROVIDER_FAILED),
        (Stall(), "timeout", NoticeKind.PROVIDER_TIMED_OUT),
    ],
)
async def test_a_provider_that_fails_is_said_and_shown_and_the_conversation_goes_on(
    kind: ModelKind, failure: Step, error: str, notice: NoticeKind
) -> None:
    model = FakeModel(kind, [failure, Say(GOOD)], ["hello", "again"])
    async with stage(model) as here:
        here.pour(spoken("Hello, who are you?"))
        apology = await here.seen.have(AssistantTurn)
        assert apology.spoken_by == "harness"
        assert apology.text.startswith("Sorry")
        logged = here.seen.of(ProviderError)[-1]
        assert (logged.component, logged.error) == ("llm", error)
        assert [shown.kind for shown in here.seen.of(Notice)] == [notice]
        here.pour(spoken("Hello, who are you?"))
        assert (await here.seen.have(AssistantTurn, 2)).text == GOOD


@pytest.mark.parametrize("kind", KINDS)
async def test_a_provider_that_stalls_in_the_middle_is_cut_off_with_an_apology(kind: ModelKind) -> None:
    async with stage(FakeModel(kind, [Stall("This is the beginning of")], ["hello"])) as here:
        here.pour(spoken("Hello, who are you?"))
        await here.seen.until(lambda seen: any(turn.spoken_by == "harness" for turn in seen.of(AssistantTurn)))
        begun, apology = here.seen.of(AssistantTurn)
        assert begun.text == "This is the beginning of"
        assert apology.text.startswith("Sorry, that took too long")
        assert here.seen.of(Notice)[0].kind is NoticeKind.PROVIDER_TIMED_OUT


@pytest.mark.parametrize("kind", [ModelKind.SPEECH_TO_TEXT, ModelKind.PIPELINE])
@pytest.mark.parametrize("stalled", [False, True])
async def test_a_voice_that_fails_is_replaced_by_the_harness(kind: ModelKind, stalled: bool) -> None:
    model = FakeModel(kind, [Say(GOOD), Say(GOOD)], ["hello", "again"])
    assert model.tts is not None
    model.tts.failure, model.tts.stalled = (None, True) if stalled else (APIConnectionError(), False)
    async with stage(model) as here:
        here.pour(spoken("Hello, who are you?"))
        apology = await here.seen.have(AssistantTurn)
        assert apology.spoken_by == "harness"
        assert here.seen.of(ProviderError)[-1].component == "tts"
        model.tts.failure, model.tts.stalled = None, False
        here.pour(spoken("Hello, who are you?"))
        assert (await here.seen.have(AssistantTurn, 2)).spoken_by == "tts"


async def test_a_recogniser_that_fails_is_said_and_shown() -> None:
    model = FakeModel(ModelKind.PIPELINE, [Say(GOOD)], [APIConnectionError(), "hello"])
    async with stage(model) as here:
        here.pour(spoken("Hello, who are you?"))
        assert (await here.seen.have(AssistantTurn)).spoken_by == "harness"
        assert here.seen.of(ProviderError)[-1].component == "stt"
        assert here.model.llm.requests == []
        here.pour(spoken("Hello, who are you?"))
        assert (await here.seen.have(AssistantTurn, 2)).text == GOOD


async def test_a_turn_without_words_is_stored_and_not_answered() -> None:
    async with stage(FakeModel(ModelKind.PIPELINE, [Say(GOOD)], ["", "hello"])) as here:
        here.pour(spoken("Hmm."))
        assert (await here.seen.have(UserTurn)).transcript == ""
        here.pour(spoken("Hello, who are you?"))
        assert (await here.seen.have(AssistantTurn)).turn == 2
        assert len(here.model.llm.requests) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_the_agent_greets_first_and_the_timer_starts_with_it(kind: ModelKind) -> None:
    async with stage(FakeModel(kind, [Say("Hello, how can I help you today?")]), greet=True, time_limit_s=600) as here:
        said = await here.seen.have(AssistantTurn)
        assert (said.turn, said.text) == (0, "Hello, how can I help you today?")
        assert len(here.seen.of(AssistantBecameReady)) == 1
        assert here.seen.of(AssistantReady)[0].remaining_s == pytest.approx(600, abs=1)
        asked = here.model.llm.requests[0].items[-1]
        assert asked.type == "message"
        assert asked.text_content == prompt.GREETING_CUE
        # Asked for once, not remembered.
        here.pour(spoken("Hello, who are you?"))
        await here.seen.have(AssistantTurn, 2)
        assert prompt.GREETING_CUE not in str(here.model.llm.requests[-1].to_dict())


async def test_a_greeting_that_fails_is_the_harnesss_own() -> None:
    async with stage(FakeModel(ModelKind.END_TO_END, [Fail(APIConnectionError())]), greet=True) as here:
        said = await here.seen.have(AssistantTurn)
        assert said.spoken_by == "harness"
        assert said.text.startswith("Hello")


async def test_the_time_ends_with_a_farewell() -> None:
    async with stage(FakeModel(ModelKind.END_TO_END), time_limit_s=0.3) as here:
        assert await here.conversation.ended is EndReason.TIME_UP
        assert here.seen.of(AssistantTurn)[0].text.startswith("Our time is up")
        assert here.seen.of(Ended) == [Ended(reason=EndReason.TIME_UP)]
        assert here.seen.of(ConversationEnded) == [ConversationEnded(reason=EndReason.TIME_UP)]


async def test_time_used_before_counts() -> None:
    async with stage(FakeModel(ModelKind.END_TO_END), time_limit_s=100, elapsed_s=70) as here:
        await here.seen.have(AssistantReady)
        assert here.conversation.remaining_s == pytest.approx(30, abs=1)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_agent_that_takes_over_remembers_and_answers(kind: ModelKind) -> None:
    tools = CounterTools()
    call = ToolCall(call_id="call_1", function="add", arguments=by(3))
    history = (
        PastAssistantTurn(turn=0, text="Hello!", interrupted=False),
        PastUserTurn(turn=1, transcript="Add three, please.", audio_sha256="0" * 64),
        PastToolCall(turn=1, call=call, result=ToolResult(call_id="call_1", output='{"value": 3}', is_error=False)),
    )
    async with stage(
        FakeModel(kind, [Say(GOOD), Call("add", by(2)), Say(GOOD)], ["two more"]),
        tools=tools,
        resumed=True,
        history=history,
    ) as here:
        assert (await here.seen.have(AssistantTurn)).turn == 1
        assert here.seen.of(Notice)[0].kind is NoticeKind.AGENT_RETURNED
        kinds = [item.type for item in here.model.llm.requests[0].items if item.type != "agent_config_update"]
        assert kinds == ["message", "message", "message", "function_call", "function_call_output"]
        assert tools.value == 3
        assert here.seen.of(ToolCalled) == []
        assert [shown.call_id for shown in here.conversation.snapshot().tool_calls] == ["call_1"]
        here.pour(spoken("Please add two more."))
        assert (await here.seen.have(AssistantTurn, 2)).turn == 2
        assert tools.value == 5


async def test_a_session_cannot_be_ended_twice() -> None:
    async with stage(FakeModel(ModelKind.END_TO_END)) as here:
        here.conversation.end(EndReason.PARTICIPANT_LEFT)
        here.conversation.end(EndReason.TIME_UP)
        assert here.seen.of(Ended) == [Ended(reason=EndReason.PARTICIPANT_LEFT)]
