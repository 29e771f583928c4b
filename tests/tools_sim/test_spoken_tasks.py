"""Every tool task, spoken turn by turn through the whole agent with a scripted model of each kind.

The participant says the steps of the card; the model makes the calls of the reference run, some in each turn. What the
page is told at the end is 100 %.
"""

import json

import pytest
from pydantic import JsonValue

from contracts.conversation_event import AssistantTurn, ToolReturned, Verified
from contracts.room_event import VerificationUpdated
from contracts.scenario import ToolTask
from contracts.tool_call import ToolCall
from contracts.voice_model import ModelKind
from tests.agent.fakes.models import Call, FakeModel, Say, Step
from tests.agent.fakes.speech import spoken
from tests.agent.fakes.stage import stage
from tests.tools_sim.tasks import tool_tasks
from tools_sim.authoring import filled_in
from tools_sim.session import ToolSession, replay

pytestmark = pytest.mark.anyio

_SEED = 7
_KINDS = list(ModelKind)
_WORDS = 5
"""Of each step that are spoken: enough to be a turn, few enough for forty conversations."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def _reference_calls(task: ToolTask) -> list[Call]:
    """The calls of the reference run, with what earlier results say filled in."""
    session = ToolSession(task, seed=_SEED)
    latest: dict[str, JsonValue] = {}
    calls: list[Call] = []
    for number, reference in enumerate(task.reference_run):
        arguments = filled_in(reference.arguments, latest)
        result = session.call(ToolCall(call_id=str(number), function=reference.function, arguments=arguments))
        latest[reference.function] = json.loads(result.output)
        calls.append(Call(reference.function, dict(arguments)))
    return calls


def _script(task: ToolTask) -> list[Step]:
    """As many turns as the card has steps, each with its share of the calls."""
    calls, turns = _reference_calls(task), len(task.steps)
    script: list[Step] = []
    for turn in range(turns):
        script += calls[turn * len(calls) // turns : (turn + 1) * len(calls) // turns]
        script.append(Say("Done, what comes next?"))
    return script


@pytest.mark.parametrize("number", range(len(tool_tasks())), ids=lambda number: tool_tasks()[number].id)
async def test_a_tool_task_is_completed_by_voice(number: int) -> None:
    task = tool_tasks()[number]
    tools = ToolSession(task, seed=_SEED)
    async with stage(FakeModel(_KINDS[number % len(_KINDS)], _script(task)), tools=tools) as here:
        for turn, step in enumerate(task.steps, start=1):
            here.pour(spoken(" ".join(step.split()[:_WORDS])))
            await here.seen.have(AssistantTurn, turn)
        calls = [called.result for called in here.seen.of(ToolReturned)]
        assert [result.is_error for result in calls] == [False] * len(task.reference_run)
        report = here.seen.of(Verified)[-1].report
        assert (report.progress, report.complete, report.violations) == (1, True, ())
        assert here.seen.of(VerificationUpdated)[-1].report == report
    made = [
        ToolCall(call_id=str(position), function=call.function, arguments=json.loads(json.dumps(call.arguments)))
        for position, call in enumerate(_reference_calls(task))
    ]
    assert replay(task, made, seed=_SEED) == report
