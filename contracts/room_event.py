"""What the participant's browser is told during a conversation.

Sent as reliable data packets on topic ``earwitness``, JSON, one event a packet, under 15 kB. Nothing in them names
the model. `docs/browser-protocol.md` describes each.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from contracts.base import Contract, JsonObject
from contracts.verification import VerificationReport

TOPIC = "earwitness"


class AgentState(StrEnum):
    INITIALIZING = "initializing"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


class UserState(StrEnum):
    LISTENING = "listening"
    SPEAKING = "speaking"
    AWAY = "away"


class EndReason(StrEnum):
    TIME_UP = "time_up"
    PARTICIPANT_ENDED = "participant_ended"
    PARTICIPANT_LEFT = "participant_left"
    TECHNICAL_FAILURE = "technical_failure"


class NoticeKind(StrEnum):
    PROVIDER_FAILED = "provider_failed"
    PROVIDER_TIMED_OUT = "provider_timed_out"
    LONG_TURN = "long_turn"
    NO_AUDIO = "no_audio"
    AGENT_LOST = "agent_lost"
    AGENT_RETURNED = "agent_returned"
    TIME_NEARLY_UP = "time_nearly_up"


class ToolCallShown(Contract):
    call_id: str
    function: str
    arguments: JsonObject
    status: Literal["started", "succeeded", "failed"]
    result: str | None = None
    """Shortened to fit a packet."""


class AgentStateChanged(Contract):
    type: Literal["agent_state_changed"] = "agent_state_changed"
    state: AgentState


class UserStateChanged(Contract):
    type: Literal["user_state_changed"] = "user_state_changed"
    state: UserState


class AssistantReady(Contract):
    """The timer starts, or goes on after a new agent came."""

    type: Literal["assistant_ready"] = "assistant_ready"
    remaining_s: float


class ToolCallUpdated(Contract):
    type: Literal["tool_call_updated"] = "tool_call_updated"
    call: ToolCallShown


class VerificationUpdated(Contract):
    type: Literal["verification_updated"] = "verification_updated"
    report: VerificationReport


class Notice(Contract):
    type: Literal["notice"] = "notice"
    kind: NoticeKind


class Snapshot(Contract):
    """Everything the page shows, sent to a participant who comes (back) into the room."""

    type: Literal["snapshot"] = "snapshot"
    agent_state: AgentState
    user_state: UserState
    remaining_s: float | None
    """None until the assistant is ready."""
    tool_calls: tuple[ToolCallShown, ...]
    """The latest that fit the packet, oldest first."""
    report: VerificationReport | None


class ConversationEnded(Contract):
    type: Literal["conversation_ended"] = "conversation_ended"
    reason: EndReason


RoomEventBody = Annotated[
    AgentStateChanged
    | UserStateChanged
    | AssistantReady
    | ToolCallUpdated
    | VerificationUpdated
    | Notice
    | Snapshot
    | ConversationEnded,
    Field(discriminator="type"),
]


class RoomEvent(Contract):
    sent_at: AwareDatetime
    body: RoomEventBody


room_event_adapter: TypeAdapter[RoomEvent] = TypeAdapter(RoomEvent)
