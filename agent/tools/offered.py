"""The functions that a model is offered, as the session calls them; every call is logged and shown.

The task's simulated tools answer at once and are verified. The web takes its time and counts for nothing.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from livekit.agents import RunContext, ToolError, function_tool, llm
from livekit.agents.voice import SpeechHandle

from agent.clock import Clock
from agent.session.delay import TurnMarks
from agent.session.ports import CallableTools, ConversationLog, RoomChannel, SlowTools
from contracts.base import JsonObject
from contracts.conversation_event import ToolCalled, ToolReturned, Verified
from contracts.room_event import ToolCallShown, ToolCallUpdated, VerificationUpdated
from contracts.tool_call import ToolCall, ToolDefinition, ToolResult
from contracts.verification import VerificationReport

SHOWN_RESULT_CHARS = 600
SHOWN_ARGUMENTS_CHARS = 2000
UNREADABLE = "unreadable_arguments"
STOPPED = "The participant spoke, so this was stopped."


class OfferedTools:
    """Runs calls on the simulated state at once, on the event loop: two calls never interleave.

    A call of ``slow`` runs beside the event loop's other work and ends when the participant speaks into it. Where a
    task has a function of the same name, the task's is offered.
    ``turn`` and ``marks`` are asked for at each call, since a call belongs to the turn that is being answered.
    """

    def __init__(
        self,
        tools: CallableTools | None,
        slow: SlowTools | None = None,
        *,
        log: ConversationLog,
        room: RoomChannel,
        clock: Clock,
        turn: Callable[[], int],
        marks: Callable[[], TurnMarks | None],
    ) -> None:
        self._tools, self._log, self._room, self._clock = tools, log, room, clock
        self._turn, self._marks = turn, marks
        self._shown: dict[str, ToolCallShown] = {}
        self._report: VerificationReport | None = tools.report() if tools is not None else None
        self._of_task = tools.definitions if tools is not None else ()
        taken = {definition.name for definition in self._of_task}
        self._slow = slow
        self._of_slow = tuple(each for each in slow.definitions if each.name not in taken) if slow is not None else ()

    @property
    def shown(self) -> tuple[ToolCallShown, ...]:
        """Every call so far as the page shows it, oldest first."""
        return tuple(self._shown.values())

    @property
    def report(self) -> VerificationReport | None:
        """How far the task is; None where there is none."""
        return self._report

    def resume(self, calls: Sequence[tuple[ToolCall, ToolResult]]) -> None:
        """Bring the state to where an earlier agent left it; logs nothing, since that agent did."""
        for call, result in calls:
            if self._tools is not None:
                self._tools.call(call)
            self._shown[call.call_id] = _shown(call, result)
        if self._tools is not None:
            self._report = self._tools.report()

    def session_tools(self) -> list[llm.Tool | llm.Toolset]:
        task: list[llm.Tool | llm.Toolset] = [
            self._session_tool(self._tools, each) for each in self._of_task if self._tools is not None
        ]
        return task + [self._slow_session_tool(self._slow, each) for each in self._of_slow if self._slow is not None]

    def call(self, tools: CallableTools, call: ToolCall) -> ToolResult:
        """Run a call of the task, log it, show it, and say how far the task is."""
        begun = self._begin(call)
        result = tools.call(call)
        self._end(begun, call, result)
        self._verify(tools)
        return result

    async def call_slow(self, tools: SlowTools, call: ToolCall, speech: SpeechHandle) -> ToolResult:
        """Run a call that is no part of the task, log it and show it; ``speech`` interrupted stops it."""
        begun = self._begin(call)
        running = asyncio.ensure_future(tools.call(call))
        try:
            await speech.wait_if_not_interrupted([running])
            finished = running.done()
        finally:
            running.cancel()
            await asyncio.wait({running})
        result = running.result() if finished else ToolResult(call_id=call.call_id, output=STOPPED, is_error=True)
        self._end(begun, call, result)
        return result

    def _begin(self, call: ToolCall) -> "_Begun":
        begun = _Begun(self._turn(), self._marks(), self._clock.monotonic())
        self._log.append(ToolCalled(turn=begun.turn, call=call))
        self._show(_shown(call, None))
        return begun

    def _end(self, begun: "_Begun", call: ToolCall, result: ToolResult) -> None:
        ended = self._clock.monotonic()
        if begun.marks is not None:
            begun.marks.tool_ran(begun.at, ended)
        duration_ms = (ended - begun.at) * 1000.0
        self._log.append(ToolReturned(turn=begun.turn, result=result, duration_ms=duration_ms))
        self._show(_shown(call, result))

    def note_unrun(self, call: llm.FunctionCall, output: llm.FunctionCallOutput) -> None:
        """Log and show a call that the session has answered itself: of an unknown function, or with unreadable
        arguments. Those stand under `UNREADABLE`, which no tool takes, so that a replay refuses the call too."""
        arguments = _read(call.arguments)
        # A call that could have run was interrupted before it did: a replay must not run it.
        offered = (*self._of_task, *self._of_slow)
        runs = UNREADABLE not in arguments and any(each.name == call.name for each in offered)
        if runs or call.call_id in self._shown:
            return
        noted = ToolCall(call_id=call.call_id, function=call.name, arguments=arguments)
        result = ToolResult(call_id=call.call_id, output=output.output, is_error=True)
        turn = self._turn()
        self._log.append(ToolCalled(turn=turn, call=noted))
        self._log.append(ToolReturned(turn=turn, result=result, duration_ms=0.0))
        self._show(_shown(noted, result))

    def _verify(self, tools: CallableTools) -> None:
        report = tools.report()
        self._report = report
        self._log.append(Verified(report=report))
        self._room.publish(VerificationUpdated(report=report))

    def _show(self, shown: ToolCallShown) -> None:
        self._shown[shown.call_id] = shown
        self._room.publish(ToolCallUpdated(call=shown))

    def _session_tool(self, tools: CallableTools, definition: ToolDefinition) -> llm.RawFunctionTool[Any, Any]:
        async def run(raw_arguments: dict[str, object], context: RunContext[None]) -> str:
            return _output(self.call(tools, _call(definition, raw_arguments, context)))

        return function_tool(run, raw_schema=_schema(definition))

    def _slow_session_tool(self, tools: SlowTools, definition: ToolDefinition) -> llm.RawFunctionTool[Any, Any]:
        async def run(raw_arguments: dict[str, object], context: RunContext[None]) -> str:
            call = _call(definition, raw_arguments, context)
            return _output(await self.call_slow(tools, call, context.speech_handle))

        return function_tool(run, raw_schema=_schema(definition))


@dataclass(frozen=True, slots=True)
class _Begun:
    turn: int
    marks: TurnMarks | None
    at: float


def _call(definition: ToolDefinition, raw_arguments: dict[str, object], context: RunContext[None]) -> ToolCall:
    return ToolCall.model_validate(
        {"call_id": context.function_call.call_id, "function": definition.name, "arguments": raw_arguments}
    )


def _output(result: ToolResult) -> str:
    if result.is_error:
        raise ToolError(result.output)
    return result.output


def _schema(definition: ToolDefinition) -> dict[str, Any]:
    return {
        "name": definition.name,
        "description": definition.description,
        "parameters": definition.parameters,
    }


def _read(arguments: str) -> JsonObject:
    try:
        return dict(llm.utils.parse_function_arguments(arguments or "{}"))
    except ValueError:
        return {UNREADABLE: arguments}


def _shown(call: ToolCall, result: ToolResult | None) -> ToolCallShown:
    arguments = call.arguments
    if len(str(arguments)) > SHOWN_ARGUMENTS_CHARS:
        arguments = {name: str(value)[:200] for name, value in list(arguments.items())[:10]}
    text = None if result is None else result.output
    if text is not None and len(text) > SHOWN_RESULT_CHARS:
        text = text[: SHOWN_RESULT_CHARS - 1] + "…"
    return ToolCallShown(
        call_id=call.call_id,
        function=call.function,
        arguments=arguments,
        status="started" if result is None else "failed" if result.is_error else "succeeded",
        result=text,
    )
