"""The web's functions in whole conversations, beside a task's own and without any."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from agent.web.tools import DEFINITIONS, WEB_SEARCH
from contracts.brief import PastAssistantTurn, PastToolCall
from contracts.conversation_event import AssistantTurn, ToolCalled, ToolReturned, Verified
from contracts.room_event import ToolCallUpdated
from contracts.scenario import ToolTask
from contracts.tool_call import ToolCall, ToolDefinition, ToolResult
from contracts.voice_model import ModelKind
from scenarios.library import load_library
from tests.agent.fakes.models import Call, FakeModel, Say
from tests.agent.fakes.speech import spoken
from tests.agent.fakes.stage import stage
from tests.agent.fakes.tools import CounterTools
from tools_sim.session import replay

pytestmark = pytest.mark.anyio

GOOD = "Here is what I found for you on the web today."
BREAD: dict[str, Any] = {"query": "bread"}


@dataclass
class FakeWeb:
    """Answers when it is let; knows whether it was stopped."""

    answers: asyncio.Event = field(default_factory=asyncio.Event)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: bool = False
    definitions: tuple[ToolDefinition, ...] = DEFINITIONS

    async def call(self, call: ToolCall) -> ToolResult:
        self.called.set()
        try:
            await self.answers.wait()
        except asyncio.CancelledError:
            self.stopped = True
            raise
        return ToolResult(call_id=call.call_id, output='{"results": []}', is_error=False)


def answering() -> FakeWeb:
    web = FakeWeb()
    web.answers.set()
    return web


@pytest.mark.parametrize("kind", [ModelKind.END_TO_END, ModelKind.PIPELINE])
async def test_every_model_is_offered_the_web_whatever_the_scenario(kind: ModelKind) -> None:
    model = FakeModel(kind, [Call(WEB_SEARCH, BREAD), Say(GOOD)], ["search the web"])
    async with stage(model, web=answering()) as here:
        here.pour(spoken("Please search the web for bread."))
        assert (await here.seen.have(AssistantTurn)).text == GOOD
        assert here.seen.of(ToolCalled)[0].call.arguments == BREAD
        assert not here.seen.of(ToolReturned)[0].result.is_error
        assert [shown.call.status for shown in here.seen.of(ToolCallUpdated)] == ["started", "succeeded"]
        assert here.seen.of(Verified) == []
        assert here.conversation.snapshot().report is None
        assert len(here.conversation.snapshot().tool_calls) == 1


async def test_beside_a_task_it_counts_for_nothing() -> None:
    tools = CounterTools()
    by_five: dict[str, Any] = {"by": 5}
    model = FakeModel(ModelKind.END_TO_END, [Call(WEB_SEARCH, BREAD), Call("add", by_five), Say(GOOD)])
    async with stage(model, tools=tools, web=answering()) as here:
        here.pour(spoken("Search the web, then add five."))
        await here.seen.have(AssistantTurn)
        assert [called.call.function for called in here.seen.of(ToolCalled)] == [WEB_SEARCH, "add"]
        assert [call.function for call in tools.called] == ["add"]
        assert len(here.seen.of(Verified)) == 1


async def test_a_task_keeps_its_own_function_of_the_same_name() -> None:
    own = ToolDefinition(name="add", description="Of the web.", parameters={"type": "object", "properties": {}})
    async with stage(FakeModel(ModelKind.END_TO_END), tools=CounterTools(), web=FakeWeb(definitions=(own,))) as here:
        assert here.conversation.tools is not None
        assert len(here.conversation.tools.session_tools()) == 2


async def test_speaking_into_a_slow_call_stops_it() -> None:
    web = FakeWeb()
    model = FakeModel(ModelKind.END_TO_END, [Call(WEB_SEARCH, BREAD), Say(GOOD)])
    async with stage(model, web=web) as here:
        here.pour(spoken("Please search the web for bread."))
        async with asyncio.timeout(10):
            await web.called.wait()
        here.pour(spoken("Wait, stop that, please."))
        returned = await here.seen.have(ToolReturned)
        assert web.stopped
        assert returned.result.is_error
        assert here.seen.of(ToolCallUpdated)[-1].call.status == "failed"


async def test_an_agent_that_takes_over_shows_earlier_calls_and_does_not_make_them_again() -> None:
    web = FakeWeb()
    call = ToolCall(call_id="call_1", function=WEB_SEARCH, arguments=BREAD)
    history = (
        PastToolCall(turn=1, call=call, result=ToolResult(call_id="call_1", output="{}", is_error=False)),
        PastAssistantTurn(turn=1, text="Found it.", interrupted=False),
    )
    async with stage(FakeModel(ModelKind.END_TO_END), web=web, resumed=True, history=history) as here:
        assert [shown.status for shown in here.conversation.snapshot().tool_calls] == ["succeeded"]
        assert not web.called.is_set()


async def test_a_model_that_cannot_call_functions_is_offered_none() -> None:
    model = FakeModel(ModelKind.END_TO_END)
    built = model.build()
    capabilities = built.spec.capabilities.model_copy(update={"tools": False})

    class Without:
        def build(self) -> Any:
            spec = built.spec.model_copy(update={"capabilities": capabilities})
            return type(built)(
                spec=spec, llm=built.llm, stt=built.stt, tts=built.tts, shape_context=built.shape_context
            )

    async with stage(Without(), web=answering()) as here:
        assert here.conversation.tools is None


def tool_tasks() -> list[ToolTask]:
    return [each for each in load_library().values() if isinstance(each, ToolTask)]


def test_a_replay_gives_the_same_verdict_with_and_without_calls_of_the_web() -> None:
    task = tool_tasks()[0]
    step = ToolCall(call_id="1", function=task.functions[0], arguments={})
    web = [ToolCall(call_id=name, function=name, arguments=BREAD) for name in ("web_search", "fetch_url")]
    assert replay(task, [*web, step, *web], seed=1) == replay(task, [step], seed=1)


def test_no_scenario_has_a_function_of_that_name() -> None:
    taken = {name for task in tool_tasks() for name in task.functions}
    assert len(taken) > 50
    assert not taken & {each.name for each in DEFINITIONS}
