"""The record's tables; `docs/record.md` says what each column means."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from api.db.columns import UtcTime

Json = dict[str, Any]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # JSON, not JSONB: what was received is kept as it was, key order and NUL escapes included.
    type_annotation_map = {datetime: UtcTime, Json: JSON(none_as_null=True), str: Text}  # noqa: RUF012  the mapping SQLAlchemy reads


class ParticipantRow(Base):
    """Who walks the path; nothing here says who that is elsewhere."""

    __tablename__ = "participants"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    study_id: Mapped[str] = mapped_column(String(80), index=True)
    study_version: Mapped[str] = mapped_column(String(80))
    session_hash: Mapped[str] = mapped_column(String(64), unique=True)
    stage: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(String(20))
    arrived_at: Mapped[datetime]
    consent_version: Mapped[str | None] = mapped_column(String(80))
    consented_at: Mapped[datetime | None]
    microphone: Mapped[Json | None]
    finished_at: Mapped[datetime | None]
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The key of this participant's audio, wrapped by the master key; None once destroyed."""


class RecruitmentRow(Base):
    """The one table that ties a participant to a recruitment platform's ids."""

    __tablename__ = "recruitments"
    __table_args__ = (
        UniqueConstraint("platform_study", "platform_participant", "platform_session", name="uq_recruitments_platform"),
    )

    participant_id: Mapped[str] = mapped_column(ForeignKey("participants.id"), primary_key=True)
    platform_participant: Mapped[str] = mapped_column(String(64))
    platform_study: Mapped[str | None] = mapped_column(String(64))
    platform_session: Mapped[str | None] = mapped_column(String(64))


class PathStepRow(Base):
    """When a participant reached each stage."""

    __tablename__ = "path_steps"

    participant_id: Mapped[str] = mapped_column(ForeignKey("participants.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    stage: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]


class AssignmentRow(Base):
    """The drawn model and scenario, with everything needed to draw it again."""

    __tablename__ = "assignments"

    participant_id: Mapped[str] = mapped_column(ForeignKey("participants.id"), primary_key=True)
    study_id: Mapped[str] = mapped_column(String(80), index=True)
    model_id: Mapped[str] = mapped_column(String(120))
    scenario_id: Mapped[str] = mapped_column(String(120))
    seed: Mapped[int] = mapped_column(BigInteger)
    decision: Mapped[Json]
    decided_at: Mapped[datetime]


class ConversationRow(Base):
    """One conversation: what it was set up with, who has it now, and how it came out."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_listing", "created_at", "id"),
        Index("ix_conversations_ended_at", "ended_at"),
        Index("ix_conversations_room_closed_at", "room_closed_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participants.id"), unique=True)
    study_id: Mapped[str] = mapped_column(String(80), index=True)
    model_id: Mapped[str] = mapped_column(String(120), index=True)
    scenario_id: Mapped[str] = mapped_column(String(120), index=True)
    category: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    room_name: Mapped[str] = mapped_column(String(64), unique=True)
    participant_identity: Mapped[str] = mapped_column(String(64))
    seed: Mapped[int] = mapped_column(BigInteger)
    time_limit_s: Mapped[float] = mapped_column(Float)

    study: Mapped[Json]
    model: Mapped[Json]
    scenario: Mapped[Json]
    turn_taking: Mapped[Json]
    versions: Mapped[Json]

    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    paused_s: Mapped[float] = mapped_column(Float)
    """Time without an assistant after it had been ready; not counted as conversation."""
    paused_at: Mapped[datetime | None]

    agent: Mapped[str] = mapped_column(String(20))
    agent_source: Mapped[str | None] = mapped_column(String(80))
    agent_seen_at: Mapped[datetime | None]
    """The API's clock at the job's last sign of life."""
    dispatched_at: Mapped[datetime | None]
    dispatch_attempt: Mapped[int] = mapped_column(Integer)
    dispatch_id: Mapped[str | None] = mapped_column(String(80))
    losses: Mapped[int] = mapped_column(Integer)
    participant_seen: Mapped[bool] = mapped_column(Boolean)
    participant_left_at: Mapped[datetime | None]
    room_closed_at: Mapped[datetime | None]

    last_position: Mapped[int] = mapped_column(Integer)
    live_report: Mapped[Json | None]
    replayed_report: Mapped[Json | None]
    replay_agrees: Mapped[bool | None] = mapped_column(Boolean)


class AgentJobRow(Base):
    """An agent job that took the conversation; each has its own part of the recording."""

    __tablename__ = "agent_jobs"
    __table_args__ = (UniqueConstraint("conversation_id", "part"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    part: Mapped[int] = mapped_column(Integer)
    taken_at: Mapped[datetime]
    followed: Mapped[int] = mapped_column(Integer)
    """The log's last position when the job took over: what it knows of earlier jobs ends there."""


class EventRow(Base):
    """The append-only log; triggers refuse changes."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("conversation_id", "source", "sequence"),
        Index("ix_events_type", "type"),
    )

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    type: Mapped[str] = mapped_column(String(40))
    body: Mapped[Json]


class AudioRow(Base):
    """A stored piece of audio: a participant's turn, or a part of the recording."""

    __tablename__ = "audio"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of the audio itself, before encryption."""
    bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(80))
    blob: Mapped[str] = mapped_column(String(80), unique=True)
    stored_at: Mapped[datetime]


class RatingRow(Base):
    """A rating while it is written, and once it is handed in."""

    __tablename__ = "ratings"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    scores: Mapped[Json]
    feedback: Mapped[str]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]


class SubsetRow(Base):
    """A subset of benchmark items that a researcher uploaded, as `analysis.subsets` writes it."""

    __tablename__ = "subsets"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the canonical text: the same subset in another layout is the same."""
    uploaded_at: Mapped[datetime]
    method: Mapped[str]
    n_items: Mapped[int] = mapped_column(Integer)
    n_models: Mapped[int] = mapped_column(Integer)
    content: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=True)
    """The JSON text; megabytes, so that it is read where it is wanted and nowhere else."""


class HumanSubsetFitRow(Base):
    """One computation of human weights for a subset, from the ratings there were when it started."""

    __tablename__ = "human_subset_fits"
    __table_args__ = (
        Index("ix_human_subset_fits_state", "state"),
        Index("ix_human_subset_fits_listing", "subset_id", "requested_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subset_id: Mapped[str] = mapped_column(ForeignKey("subsets.id"))
    state: Mapped[str] = mapped_column(String(20))
    by_itself: Mapped[bool] = mapped_column(Boolean)
    """Asked for by the server because ratings had changed; a newer one takes its place."""
    dimension: Mapped[str] = mapped_column(String(40))
    seed: Mapped[int] = mapped_column(BigInteger)
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    ratings_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of conversations, models and scores: whether anything changed since."""
    n_ratings: Mapped[int | None] = mapped_column(Integer)
    n_ratings_before_subset: Mapped[int | None] = mapped_column(Integer)
    """In when the subset was uploaded: none means that it was not chosen on them."""
    n_rated_models: Mapped[int | None] = mapped_column(Integer)
    n_matched_models: Mapped[int | None] = mapped_column(Integer)
    verdict: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None]
    human_subset: Mapped[str | None] = mapped_column(deferred=True, deferred_raiseload=True)
    """The finished file's JSON text."""


class ResearcherSessionRow(Base):
    __tablename__ = "researcher_sessions"

    session_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
