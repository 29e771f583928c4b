"""What an agent is told when it takes a conversation, and how it stays in touch with the API."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from contracts.base import Contract, ConversationId
from contracts.room_event import EndReason
from contracts.scenario import Scenario
from contracts.tool_call import ToolCall, ToolResult
from contracts.turn_taking import TurnTaking
from contracts.voice_model import ModelSpec


class PastUserTurn(Contract):
    role: Literal["user"] = "user"
    turn: int
    transcript: str | None
    audio_sha256: str
    """Fetched from the API when the model takes audio."""


class PastAssistantTurn(Contract):
    role: Literal["assistant"] = "assistant"
    turn: int
    text: str
    interrupted: bool


class PastToolCall(Contract):
    role: Literal["tool"] = "tool"
    turn: int
    call: ToolCall
    result: ToolResult


PastItem = Annotated[PastUserTurn | PastAssistantTurn | PastToolCall, Field(discriminator="role")]


class ConversationBrief(Contract):
    """Everything an agent needs, fetched with the opaque id of its dispatch."""

    conversation_id: ConversationId
    participant_identity: str
    model: ModelSpec
    scenario: Scenario
    turn_taking: TurnTaking
    time_limit_s: float
    ready_at: AwareDatetime | None
    """When an earlier agent of this conversation became ready; None for the first."""
    elapsed_s: float
    """Conversation time already used, as the API counts it."""
    history: tuple[PastItem, ...]
    """Empty for a new conversation; what was said and called so far when this agent follows one that was lost."""
    seed: int
    """Of the simulated tools' random generator."""
    recording_part: int = Field(ge=1)


class Heartbeat(Contract):
    source: str = Field(min_length=1, max_length=80)


class HeartbeatAnswer(Contract):
    """``end``: say goodbye to nobody, store what there is and leave; ``superseded``: another agent has taken over."""

    order: Literal["continue", "end", "superseded"]
    reason: EndReason | None = None
