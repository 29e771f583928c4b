"""What the participant's page sends and shows: a view is a union on ``stage``, with nothing that names the model."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.ratings.schemas import DimensionShown, RatingDraft
from contracts.base import StudyId
from contracts.room_event import EndReason


class Stage(StrEnum):
    """Where a participant is on the path."""

    LANDING = "landing"
    CONSENT = "consent"
    MICROPHONE = "microphone"
    SCENARIO = "scenario"
    CONVERSATION = "conversation"
    RATING = "rating"
    FINISHED = "finished"


class Outcome(StrEnum):
    COMPLETED = "completed"
    NO_CONSENT = "no_consent"
    TECHNICAL_FAILURE = "technical_failure"


class AgentPresence(StrEnum):
    """What the page says of the assistant's presence."""

    CONNECTING = "connecting"
    PRESENT = "present"
    LOST = "lost"
    UNAVAILABLE = "unavailable"


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


RecruitmentId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{1,64}$")]


class Arrival(Request):
    study: StudyId = Field(pattern=r"^[a-z0-9][a-z0-9\-]*$", max_length=80)
    prolific_pid: RecruitmentId | None = None
    prolific_study_id: RecruitmentId | None = None
    prolific_session_id: RecruitmentId | None = None


class ConsentGiven(Request):
    accepted: bool
    version: str = Field(max_length=80)


class MicrophoneReport(Request):
    """What the microphone check measured, and the settings the browser really applied."""

    peak_dbfs: float = Field(ge=-200, le=20, allow_inf_nan=False)
    echo_cancellation: bool | None
    noise_suppression: bool | None
    auto_gain_control: bool | None
    sample_rate_hz: int | None = Field(ge=1000, le=1_000_000)


class StudyShown(Answer):
    title: str
    contact: str


class PayOffered(Answer):
    """US dollars."""

    base_usd: float
    per_minute_usd: float
    task_completed_usd: float
    feedback_usd: float
    most_usd: float


class PayEarned(Answer):
    """US dollars; the parts sum to the total."""

    base_usd: float
    minutes: float
    time_usd: float
    task_completed_usd: float
    feedback_usd: float
    total_usd: float


class ConsentShown(Answer):
    version: str
    title: str
    paragraphs: list[str]


class OpenChatCard(Answer):
    category: Literal["open_chat"]
    title: str
    description: str


class GoalOrientedCard(Answer):
    category: Literal["goal_oriented"]
    title: str
    description: str
    goals: list[str]


class IdentityShown(Answer):
    name: str
    credentials: dict[str, str]


class ToolTaskCard(Answer):
    category: Literal["tool_task"]
    title: str
    goal: str
    identity: IdentityShown | None
    situation: str
    key_details: list[str]
    steps: list[str]
    note: str | None


Card = Annotated[OpenChatCard | GoalOrientedCard | ToolTaskCard, Field(discriminator="category")]


class CardTitle(Answer):
    title: str


class LandingView(Answer):
    stage: Literal[Stage.LANDING]
    study: StudyShown
    minutes: int
    pay: PayOffered
    steps: list[str]


class ConsentView(Answer):
    stage: Literal[Stage.CONSENT]
    study: StudyShown
    consent: ConsentShown


class MicrophoneView(Answer):
    stage: Literal[Stage.MICROPHONE]
    study: StudyShown


class ScenarioView(Answer):
    stage: Literal[Stage.SCENARIO]
    study: StudyShown
    card: Card
    conversation_s: float


class ConversationView(Answer):
    stage: Literal[Stage.CONVERSATION]
    study: StudyShown
    card: Card
    conversation_s: float
    remaining_s: float | None
    """None until the assistant is ready."""
    agent: AgentPresence


class RatingView(Answer):
    stage: Literal[Stage.RATING]
    study: StudyShown
    card: CardTitle
    ended_reason: EndReason
    talked_s: float
    dimensions: list[DimensionShown]
    draft: RatingDraft


class FinishedView(Answer):
    stage: Literal[Stage.FINISHED]
    study: StudyShown
    outcome: Outcome
    completion_code: str
    completion_url: str | None
    """Where Prolific's participants hand in their code; None for others."""
    pay: PayEarned


View = Annotated[
    LandingView | ConsentView | MicrophoneView | ScenarioView | ConversationView | RatingView | FinishedView,
    Field(discriminator="stage"),
]


class Connection(Answer):
    """How the browser reaches its room; the token is valid a short while."""

    url: str
    token: str
