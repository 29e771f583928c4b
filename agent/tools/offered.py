"""The task's simulated tools as the session calls them; every call is logged and shown."""

from collections.abc import Callable, Sequence
from typing import Any

from livekit.agents import RunContext, ToolError, function_tool, llm

from agent.clock import Clock
from agent.session.delay import TurnMarks
from agent.session.ports import CallableTools, ConversationLog, RoomChannel
from contracts.base import JsonObject
from contracts.conversation_event import ToolCalled, ToolReturned, Verified
from contracts.room_event import ToolCallShown, ToolCallUpdated, VerificationUpdated
from contracts.tool_call import ToolCall, ToolDefinition, ToolResult
from contracts.verification import VerificationReport

SHOWN_RESULT_CHARS = 600
SHOWN_ARGUMENTS_CHARS = 2000
UNREADABLE = "unreadable_arguments"


class OfferedTools:
    """Runs calls on the simulated state at once, on the event loop: two calls never interleave.

    ``turn`` and ``marks`` are asked for at each call, since a call belongs to the turn that is being answered.
    """

    def __init__(
        self,
        tools: CallableTools,
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
        self._report: VerificationReport = tools.report()

    @property
    def shown(self) -> tuple[ToolCallShown, ...]:
        """Every call so far as the page shows it, oldest first."""
        return tuple(self._shown.values())

    @property
    def report(self) -> VerificationReport:
        return self._report

    def resume(self, calls: Sequence[tuple[ToolCall, ToolResult]]) -> None:
        """Bring the state to where an earlier agent left it; logs nothing, since that agent did."""
        for call, result in calls:
            self._tools.call(call)
            self._shown[call.call_id] = _shown(call, result)
        self._report = self._tools.report()

    def session_tools(self) -> list[llm.Tool | llm.Toolset]:
        return [self._session_tool(definition) for definition in self._tools.definitions]

    def call(self, call: ToolCall) -> ToolResult:
        """Run a call, log it, show it, and say how far the task is."""
        turn, marks = self._turn(), self._marks()
        self._log.append(ToolCalled(turn=turn, call=call))
        self._show(_shown(call, None))
        began = self._clock.monotonic()
        result = self._tools.call(call)
        ended = self._clock.monotonic()
        if marks is not None:
            marks.tool_ran(began, ended)
        self._log.append(ToolReturned(turn=turn, result=result, duration_ms=(ended - began) * 1000.0))
        self._show(_shown(call, result))
        self._verify()
        return result

    def note_unrun(self, call: llm.FunctionCall, output: llm.FunctionCallOutput) -> None:
        """Log and show a call that the session has answered itself: of an unknown function, or with unreadable
        arguments. Those stand under `UNREADABLE`, which no tool takes, so that a replay refuses the call too."""
        arguments = _read(call.arguments)
        # A call that could have run was interrupted before it did: a replay must not run it.
        runs = UNREADABLE not in arguments and any(each.name == call.name for each in self._tools.definitions)
        if runs or call.call_id in self._shown:
            return
        noted = ToolCall(call_id=call.call_id, function=call.name, arguments=arguments)
        result = ToolResult(call_id=call.call_id, output=output.output, is_error=True)
        turn = self._turn()
        self._log.append(ToolCalled(turn=turn, call=noted))
        self._log.append(ToolReturned(turn=turn, result=result, duration_ms=0.0))
        self._show(_shown(noted, result))

    def _verify(self) -> None:
        report = self._tools.report()
        self._report = report
        self._log.append(Verified(report=report))
        self._room.publish(VerificationUpdated(report=report))

    def _show(self, shown: ToolCallShown) -> None:
        self._shown[shown.call_id] = shown
        self._room.publish(ToolCallUpdated(call=shown))

    def _session_tool(self, definition: ToolDefinition) -> llm.RawFunctionTool[Any, Any]:
        async def run(raw_arguments: dict[str, object], context: RunContext[None]) -> str:
            call = ToolCall.model_validate(
                {
                    "call_id": context.function_call.call_id,
                    "function": definition.name,
                    "arguments": raw_arguments,
                }
            )
            result = self.call(call)
            if result.is_error:
                raise ToolError(result.output)
            return result.output

        return function_tool(
            run,
            raw_schema={
                "name": definition.name,
                "description": definition.description,
                "parameters": definition.parameters,
            },
        )


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
