"""What an agent can know of a conversation: its own events, and of earlier jobs' what was stored when it took over.

A job that was lost may deliver later. That stays in the log, but no agent ever acted on it.
"""

from collections.abc import Sequence
from itertools import pairwise

from pydantic import TypeAdapter

from api.db.tables import AgentJobRow, EventRow
from contracts.brief import PastAssistantTurn, PastItem, PastToolCall, PastUserTurn
from contracts.conversation_event import (
    AssistantTurn,
    ConversationEventBody,
    ToolCalled,
    ToolReturned,
    UserTurn,
)
from contracts.tool_call import ToolCall

TYPES = ("user_turn", "assistant_turn", "tool_called", "tool_returned")
"""The events that make a history."""

body_adapter: TypeAdapter[ConversationEventBody] = TypeAdapter(ConversationEventBody)


def known(events: Sequence[EventRow], jobs: Sequence[AgentJobRow]) -> list[EventRow]:
    """``events`` without those of a job that came in after its successor had taken over; both in order."""
    last_position_known = {job.source: follower.followed for job, follower in pairwise(jobs)}
    return [event for event in events if event.position <= last_position_known.get(event.source, event.position)]


def history(events: Sequence[EventRow]) -> tuple[PastItem, ...]:
    """What was said and called, in order; a call without its result did not happen."""
    items: list[PastItem] = []
    waiting: dict[tuple[str, str], ToolCalled] = {}
    for event in events:
        body = body_adapter.validate_python(event.body)
        if isinstance(body, UserTurn):
            items.append(PastUserTurn(turn=body.turn, transcript=body.transcript, audio_sha256=body.audio_sha256))
        elif isinstance(body, AssistantTurn):
            items.append(PastAssistantTurn(turn=body.turn, text=body.text, interrupted=body.interrupted))
        elif isinstance(body, ToolCalled):
            waiting[event.source, body.call.call_id] = body
        elif isinstance(body, ToolReturned) and (called := waiting.pop((event.source, body.result.call_id), None)):
            items.append(PastToolCall(turn=called.turn, call=called.call, result=body.result))
    return tuple(items)


def completed_calls(events: Sequence[EventRow]) -> tuple[ToolCall, ...]:
    """Calls that returned, in the order in which they did."""
    return tuple(item.call for item in history(events) if isinstance(item, PastToolCall))
