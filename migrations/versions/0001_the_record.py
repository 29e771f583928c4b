"""The record: participants, conversations, their logs, audio and ratings."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


_TIME = sa.DateTime(timezone=True)

_REFUSAL = "the event log is append-only"


def _make_events_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER events_no_{change.lower()} BEFORE {change} ON events "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change()"
    )


def upgrade() -> None:
    op.create_table(
        "participants",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("study_id", sa.String(length=80), nullable=False),
        sa.Column("study_version", sa.String(length=80), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("arrived_at", _TIME, nullable=False),
        sa.Column("consent_version", sa.String(length=80), nullable=True),
        sa.Column("consented_at", _TIME, nullable=True),
        sa.Column("microphone", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_participants"),
        sa.UniqueConstraint("session_hash", name="uq_participants_session_hash"),
    )
    op.create_index("ix_participants_study_id", "participants", ["study_id"], unique=False)

    op.create_table(
        "researcher_sessions",
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("session_hash", name="pk_researcher_sessions"),
    )
    op.create_table(
        "assignments",
        sa.Column("participant_id", sa.String(length=40), nullable=False),
        sa.Column("study_id", sa.String(length=80), nullable=False),
        sa.Column("model_id", sa.String(length=120), nullable=False),
        sa.Column("scenario_id", sa.String(length=120), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_assignments_participant_id_participants"
        ),
        sa.PrimaryKeyConstraint("participant_id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_study_id", "assignments", ["study_id"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("participant_id", sa.String(length=40), nullable=False),
        sa.Column("study_id", sa.String(length=80), nullable=False),
        sa.Column("model_id", sa.String(length=120), nullable=False),
        sa.Column("scenario_id", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("room_name", sa.String(length=64), nullable=False),
        sa.Column("participant_identity", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("time_limit_s", sa.Float(), nullable=False),
        sa.Column("study", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("model", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("scenario", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("turn_taking", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("versions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("ready_at", _TIME, nullable=True),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.Column("paused_s", sa.Float(), nullable=False),
        sa.Column("paused_at", _TIME, nullable=True),
        sa.Column("agent", sa.String(length=20), nullable=False),
        sa.Column("agent_source", sa.String(length=80), nullable=True),
        sa.Column("agent_seen_at", _TIME, nullable=True),
        sa.Column("dispatched_at", _TIME, nullable=True),
        sa.Column("dispatch_attempt", sa.Integer(), nullable=False),
        sa.Column("dispatch_id", sa.String(length=80), nullable=True),
        sa.Column("losses", sa.Integer(), nullable=False),
        sa.Column("participant_seen", sa.Boolean(), nullable=False),
        sa.Column("participant_left_at", _TIME, nullable=True),
        sa.Column("room_closed_at", _TIME, nullable=True),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.Column("live_report", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("replayed_report", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("replay_agrees", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_conversations_participant_id_participants"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("participant_id", name="uq_conversations_participant_id"),
        sa.UniqueConstraint("room_name", name="uq_conversations_room_name"),
    )
    op.create_index("ix_conversations_ended_at", "conversations", ["ended_at"], unique=False)
    op.create_index("ix_conversations_listing", "conversations", ["created_at", "id"], unique=False)
    op.create_index("ix_conversations_model_id", "conversations", ["model_id"], unique=False)
    op.create_index("ix_conversations_room_closed_at", "conversations", ["room_closed_at"], unique=False)
    op.create_index("ix_conversations_scenario_id", "conversations", ["scenario_id"], unique=False)
    op.create_index("ix_conversations_study_id", "conversations", ["study_id"], unique=False)

    op.create_table(
        "path_steps",
        sa.Column("participant_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_path_steps_participant_id_participants"
        ),
        sa.PrimaryKeyConstraint("participant_id", "number", name="pk_path_steps"),
    )
    op.create_table(
        "recruitments",
        sa.Column("participant_id", sa.String(length=40), nullable=False),
        sa.Column("platform_participant", sa.String(length=64), nullable=False),
        sa.Column("platform_study", sa.String(length=64), nullable=True),
        sa.Column("platform_session", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_recruitments_participant_id_participants"
        ),
        sa.PrimaryKeyConstraint("participant_id", name="pk_recruitments"),
        sa.UniqueConstraint(
            "platform_study", "platform_participant", "platform_session", name="uq_recruitments_platform"
        ),
    )
    op.create_table(
        "agent_jobs",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("taken_at", _TIME, nullable=False),
        sa.Column("followed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_agent_jobs_conversation_id_conversations"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "source", name="pk_agent_jobs"),
        sa.UniqueConstraint("conversation_id", "part", name="uq_agent_jobs_conversation_id_part"),
    )
    op.create_table(
        "audio",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("blob", sa.String(length=80), nullable=False),
        sa.Column("stored_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_audio_conversation_id_conversations"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "kind", "number", "sha256", name="pk_audio"),
        sa.UniqueConstraint("blob", name="uq_audio_blob"),
    )
    op.create_table(
        "events",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_events_conversation_id_conversations"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "position", name="pk_events"),
        sa.UniqueConstraint("conversation_id", "source", "sequence", name="uq_events_conversation_id_source_sequence"),
    )
    op.create_index("ix_events_type", "events", ["type"], unique=False)

    op.create_table(
        "ratings",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("scores", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        sa.Column("submitted_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_ratings_conversation_id_conversations"
        ),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_ratings"),
    )
    _make_events_append_only()


def downgrade() -> None:
    op.drop_table("ratings")
    op.drop_index("ix_events_type", table_name="events")

    op.drop_table("events")
    op.drop_table("audio")
    op.drop_table("agent_jobs")
    op.drop_table("recruitments")
    op.drop_table("path_steps")
    op.drop_index("ix_conversations_study_id", table_name="conversations")
    op.drop_index("ix_conversations_scenario_id", table_name="conversations")
    op.drop_index("ix_conversations_room_closed_at", table_name="conversations")
    op.drop_index("ix_conversations_model_id", table_name="conversations")
    op.drop_index("ix_conversations_listing", table_name="conversations")
    op.drop_index("ix_conversations_ended_at", table_name="conversations")

    op.drop_table("conversations")
    op.drop_index("ix_assignments_study_id", table_name="assignments")

    op.drop_table("assignments")
    op.drop_table("researcher_sessions")
    op.drop_index("ix_participants_study_id", table_name="participants")

    op.drop_table("participants")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_event_change()")
