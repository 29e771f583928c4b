"""Tasks of the library, and calls on them as a model might make."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from contracts.scenario import ReferenceCall, ToolTask
from contracts.tool_call import ToolCall
from scenarios.library import load_library
from tools_sim.authoring import filled_in


@cache
def tool_tasks() -> tuple[ToolTask, ...]:
    return tuple(task for task in load_library().values() if isinstance(task, ToolTask))


def task_called(name: str) -> ToolTask:
    return next(task for task in tool_tasks() if task.id == name)


def as_call(call: ReferenceCall, number: int) -> ToolCall:
    return ToolCall(call_id=str(number), function=call.function, arguments=filled_in(call.arguments, {}))


_values: st.SearchStrategy[Any] = st.one_of(
    st.text(max_size=12), st.integers(-5, 200), st.booleans(), st.none(), st.lists(st.text(max_size=6), max_size=2)
)


@st.composite
def tasks_with_calls(draw: st.DrawFn) -> tuple[ToolTask, list[ToolCall]]:
    """A task and calls in any order: of the reference run, with other arguments, of functions that are not there."""
    task = draw(st.sampled_from(tool_tasks()))
    sensible = st.sampled_from(task.reference_run).map(lambda call: (call.function, dict(call.arguments)))
    odd = st.tuples(
        st.sampled_from((*task.functions, "no_such_function")),
        st.dictionaries(st.sampled_from(("message", "folder", "user", "event_id", "day", "text")), _values, max_size=2),
    )
    drawn = draw(st.lists(st.one_of(sensible, sensible, odd), max_size=12))
    calls = [
        ToolCall(call_id=str(number), function=function, arguments=arguments)
        for number, (function, arguments) in enumerate(drawn)
    ]
    return task, calls
