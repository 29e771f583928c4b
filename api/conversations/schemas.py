"""What the researcher sees of conversations."""

from enum import StrEnum
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.participants.schemas import Outcome, PayEarned, Stage
from contracts.base import ConversationId, ModelId, ParticipantId, ScenarioId, StudyId
from contracts.conversation_event import ConversationEventBody, DelayParts
from contracts.rating import Dimension
from contracts.room_event import EndReason
from contracts.scenario import Scenario
from contracts.turn_taking import TurnTaking
from contracts.verification import VerificationReport
from contracts.voice_model import ModelSpec

InConversationPath = Annotated[ConversationId, Path(pattern=r"^[A-Za-z0-9]{1,40}$")]

SOURCE_PATTERN = r"^[ -~]{1,80}$"
"""Of an agent job: anything that can be printed in ASCII."""

Category = Literal["open_chat", "goal_oriented", "tool_task"]


class ConversationStage(StrEnum):
    """``connecting``: no assistant was ready yet; ``ended``: not rated (yet)."""

    CONNECTING = "connecting"
    TALKING = "talking"
    ENDED = "ended"
    RATED = "rated"


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class ConversationListed(Answer):
    id: ConversationId
    participant_id: ParticipantId
    participant_stage: Stage
    study_id: StudyId
    model_id: ModelId
    scenario_id: ScenarioId
    scenario_title: str
    category: Category
    stage: ConversationStage
    created_at: AwareDatetime
    ready_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    end_reason: EndReason | None
    talked_s: float | None
    """None until the assistant was ready."""
    task_complete: bool | None
    """None where there is no task to verify."""
    task_progress: float | None
    overall_recommendation: int | None
    """None until rated."""


class ConversationPage(Answer):
    items: list[ConversationListed]
    total: int
    """Conversations that match, on all pages."""
    offset: int
    limit: int


class ConversationFilters(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.\-_]{1,120}$")
    scenario: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.\-_]{1,120}$")
    category: Category | None = None
    stage: ConversationStage | None = None
    offset: int = Field(default=0, ge=0, le=1_000_000)
    limit: int = Field(default=50, ge=1, le=200)


class EventShown(Answer):
    position: int
    """The conversation's total order, from 1."""
    source: str
    sequence: int
    at: AwareDatetime
    """The source's clock."""
    received_at: AwareDatetime
    """The API's clock."""
    body: ConversationEventBody


class TurnAudioShown(Answer):
    turn: int
    sha256: str
    bytes: int
    url: str


class RecordingShown(Answer):
    part: int
    sha256: str
    bytes: int
    url: str


class RatingShown(Answer):
    scores: dict[Dimension, int]
    feedback: str
    submitted_at: AwareDatetime


class VerdictShown(Answer):
    """``live`` as the agent saw it, ``replayed`` as computed anew from the calls; ``agrees`` compares the two."""

    live: VerificationReport | None
    replayed: VerificationReport | None
    agrees: bool | None


class TurnDelayShown(Answer):
    turn: int
    parts: DelayParts
    total_ms: float


class ConversationShown(Answer):
    """One conversation with everything recorded of it."""

    summary: ConversationListed
    outcome: Outcome | None
    model: ModelSpec
    scenario: Annotated[Scenario, Field()]
    turn_taking: TurnTaking
    study_version: str
    versions: dict[str, str]
    seed: int
    agents: list[str]
    """The agent jobs that took the conversation, in order."""
    events: list[EventShown]
    turns: list[TurnAudioShown]
    recordings: list[RecordingShown]
    rating: RatingShown | None
    verdict: VerdictShown
    delays: list[TurnDelayShown]
    pay: PayEarned
