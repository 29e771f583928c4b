"""Room events as packets that are never too large."""

from contracts.room_event import RoomEvent, Snapshot, ToolCallShown, ToolCallUpdated, VerificationUpdated
from contracts.verification import VerificationReport

MOST_BYTES = 14_000
"""Reliable packets may hold 15 kB."""

SHORT_CHARS = 160


def packet(event: RoomEvent) -> bytes:
    """The event as JSON, shortened where it must be: results and reasons first, then the oldest calls."""
    data = event.model_dump_json().encode()
    if len(data) <= MOST_BYTES:
        return data
    body = event.body
    match body:
        case ToolCallUpdated(call=call):
            body = ToolCallUpdated(call=_short_call(call))
        case VerificationUpdated(report=report):
            body = VerificationUpdated(report=_short_report(report))
        case Snapshot():
            body = body.model_copy(
                update={
                    "tool_calls": tuple(_short_call(call) for call in body.tool_calls),
                    "report": None if body.report is None else _short_report(body.report),
                }
            )
            while body.tool_calls and len(_dumped(event, body)) > MOST_BYTES:
                body = body.model_copy(update={"tool_calls": body.tool_calls[1:]})
        case _:
            pass
    return _dumped(event, body)


def _dumped(event: RoomEvent, body: object) -> bytes:
    return event.model_copy(update={"body": body}).model_dump_json().encode()


def _short_call(call: ToolCallShown) -> ToolCallShown:
    arguments = {name: _short(str(value)) for name, value in list(call.arguments.items())[:20]}
    return call.model_copy(update={"arguments": arguments, "result": call.result and _short(call.result)})


def _short_report(report: VerificationReport) -> VerificationReport:
    return report.model_copy(
        update={
            "steps": tuple(step.model_copy(update={"why": _short(step.why)}) for step in report.steps),
            "violations": tuple(
                violation.model_copy(update={"why": _short(violation.why)}) for violation in report.violations[-20:]
            ),
        }
    )


def _short(text: str) -> str:
    return text if len(text) <= SHORT_CHARS else text[: SHORT_CHARS - 1] + "…"
