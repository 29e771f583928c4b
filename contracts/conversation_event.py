"""The append-only log of a conversation.

An event is identified by (conversation, source, sequence): a source numbers its own events from 1 without a gap, so
that delivering one twice stores it once.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from contracts.base import Contract, JsonObject
from contracts.room_event import AgentState, EndReason, NoticeKind, UserState
from contracts.tool_call import ToolCall, ToolResult
from contracts.verification import VerificationReport


class AgentJoined(Contract):
    type: Literal["agent_joined"] = "agent_joined"
    versions: dict[str, str]
    """Software versions of the worker by distribution name."""
    resumed: bool
    """True when this agent follows one that was lost."""


class AssistantBecameReady(Contract):
    type: Literal["assistant_became_ready"] = "assistant_became_ready"


class ParticipantPresence(Contract):
    type: Literal["participant_presence"] = "participant_presence"
    change: Literal["joined", "left", "microphone_muted", "microphone_unmuted", "microphone_lost"]


class AgentStateLogged(Contract):
    type: Literal["agent_state"] = "agent_state"
    state: AgentState


class UserStateLogged(Contract):
    type: Literal["user_state"] = "user_state"
    state: UserState


class VoiceActivity(Contract):
    """A segment of speech as the detector saw it; ``ignored`` when the burst guard swallowed it."""

    type: Literal["voice_activity"] = "voice_activity"
    change: Literal["speech_started", "speech_ended", "ignored"]
    speech_s: float | None = None
    silence_s: float | None = None


class UserTurn(Contract):
    """What the participant said, exactly as the model got it; times on the worker's clock."""

    type: Literal["user_turn"] = "user_turn"
    turn: int = Field(ge=1)
    started_at: AwareDatetime
    stopped_at: AwareDatetime
    """True end of speech."""
    audio_s: float
    audio_sha256: str
    transcript: str | None
    """None for models that hear the audio themselves."""


class AssistantTurn(Contract):
    """What the assistant said; truncated to what was heard when ``interrupted``."""

    type: Literal["assistant_turn"] = "assistant_turn"
    turn: int = Field(ge=0)
    """The user turn it answers; 0 for the greeting."""
    text: str
    interrupted: bool
    spoken_by: Literal["model", "tts", "harness"]
    """``harness``: said by Earwitness itself, such as the apology after a provider's failure."""


class DelayParts(Contract):
    """From the true end of the participant's speech to the first frame of the answer, in ms; the parts sum to the
    total."""

    vad_hangover_ms: float
    end_of_turn_ms: float
    stt_ms: float
    model_first_token_ms: float
    tools_ms: float
    tts_first_byte_ms: float
    first_frame_ms: float

    @property
    def total_ms(self) -> float:
        return (
            self.vad_hangover_ms
            + self.end_of_turn_ms
            + self.stt_ms
            + self.model_first_token_ms
            + self.tools_ms
            + self.tts_first_byte_ms
            + self.first_frame_ms
        )


class TurnDelay(Contract):
    type: Literal["turn_delay"] = "turn_delay"
    turn: int = Field(ge=1)
    parts: DelayParts
    total_ms: float
    """Measured end to end, not summed."""


class ToolCalled(Contract):
    type: Literal["tool_called"] = "tool_called"
    turn: int = Field(ge=0)
    call: ToolCall


class ToolReturned(Contract):
    type: Literal["tool_returned"] = "tool_returned"
    turn: int = Field(ge=0)
    result: ToolResult
    duration_ms: float


class Verified(Contract):
    type: Literal["verified"] = "verified"
    report: VerificationReport


class ProviderError(Contract):
    """A component failed; ``detail`` is the kind of error, never its text, which may quote the participant."""

    type: Literal["provider_error"] = "provider_error"
    component: Literal["llm", "stt", "tts", "realtime"]
    error: Literal["timeout", "connection", "status", "malformed", "other"]
    status_code: int | None = None
    retryable: bool


class NoticeSent(Contract):
    type: Literal["notice_sent"] = "notice_sent"
    kind: NoticeKind


class RecordingStored(Contract):
    type: Literal["recording_stored"] = "recording_stored"
    part: int = Field(ge=1)
    sha256: str
    duration_s: float
    started_at: AwareDatetime | None = None
    """Where second 0 of the recording lies on the worker's clock, so that it can be laid under the events."""


class AgentDispatched(Contract):
    type: Literal["agent_dispatched"] = "agent_dispatched"
    attempt: int = Field(ge=1)


class AgentLost(Contract):
    type: Literal["agent_lost"] = "agent_lost"
    silent_s: float
    """Since its last sign of life."""


class PathStep(Contract):
    """The participant reached a stage of the path."""

    type: Literal["path_step"] = "path_step"
    stage: str
    detail: JsonObject = Field(default_factory=dict)


class Ended(Contract):
    type: Literal["ended"] = "ended"
    reason: EndReason


ConversationEventBody = Annotated[
    AgentJoined
    | AssistantBecameReady
    | ParticipantPresence
    | AgentStateLogged
    | UserStateLogged
    | VoiceActivity
    | UserTurn
    | AssistantTurn
    | TurnDelay
    | ToolCalled
    | ToolReturned
    | Verified
    | ProviderError
    | NoticeSent
    | RecordingStored
    | AgentDispatched
    | AgentLost
    | PathStep
    | Ended,
    Field(discriminator="type"),
]


class ConversationEvent(Contract):
    sequence: int = Field(ge=1)
    """Counts the source's own events."""
    at: AwareDatetime
    body: ConversationEventBody


class EventBatch(Contract):
    """Worker to API. ``source`` names one agent job; sequences rise by one within the batch."""

    source: str = Field(min_length=1, max_length=80)
    events: tuple[ConversationEvent, ...] = Field(min_length=1, max_length=500)


class EventsAcknowledged(Contract):
    through: int = Field(ge=0)
    """Every event of this source up to here is stored."""
