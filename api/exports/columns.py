"""The columns of the exported tables: name, meaning and value stand together, so that none is without the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

from api.conversations.schemas import ConversationListed
from api.db.tables import AssignmentRow, AudioRow, ConversationRow, EventRow, ParticipantRow, RatingRow
from api.participants.schemas import PayEarned
from contracts.rating import Dimension

Value = str | int | float | bool | datetime | None
ColumnType = Literal["text", "integer", "number", "boolean", "time", "json"]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """One conversation with all that hangs on it, its log left out."""

    conversation: ConversationRow
    participant: ParticipantRow
    assignment: AssignmentRow
    rating: RatingRow | None
    """Submitted."""
    listed: ConversationListed
    pay: PayEarned
    user_turns: int
    assistant_turns: int
    tool_calls: int
    agents: int
    audio: Sequence[AudioRow]


@dataclass(frozen=True, slots=True)
class RatingRecord:
    record: ConversationRecord
    rating: RatingRow


@dataclass(frozen=True, slots=True)
class DelayRecord:
    conversation: ConversationRow
    event: EventRow


@dataclass(frozen=True)  # without slots: a generic alias could not make one
class Column(Generic[Row]):
    name: str
    type: ColumnType
    unit: str | None
    meaning: str
    value: Callable[[Row], Value]


def _report_field(record: ConversationRecord, field: str) -> Value:
    report = record.conversation.replayed_report or record.conversation.live_report
    value = report.get(field) if report else None
    return value if isinstance(value, (bool, int, float)) else None


def _violations(record: ConversationRecord) -> Value:
    report = record.conversation.replayed_report or record.conversation.live_report
    return len(report["violations"]) if report else None


C = Column[ConversationRecord]

CONVERSATION_COLUMNS: Sequence[C] = (
    C("conversation_id", "text", None, "The conversation's random id.", lambda r: r.conversation.id),
    C("participant_id", "text", None, "The participant's random id.", lambda r: r.participant.id),
    C("study_id", "text", None, "The study's id.", lambda r: r.conversation.study_id),
    C("study_version", "text", None, "The study file's version.", lambda r: r.conversation.study["version"]),
    C("model_id", "text", None, "The model's row in models.yaml.", lambda r: r.conversation.model_id),
    C("model_kind", "text", None, "end_to_end, speech_to_text or pipeline.", lambda r: r.conversation.model["kind"]),
    C("scenario_id", "text", None, "The scenario's id.", lambda r: r.conversation.scenario_id),
    C("scenario_title", "text", None, "As on the participant's card.", lambda r: r.listed.scenario_title),
    C("category", "text", None, "open_chat, goal_oriented or tool_task.", lambda r: r.conversation.category),
    C(
        "turn_taking_preset",
        "text",
        None,
        "Name of the turn-taking settings; the settings stand in conversations.jsonl.",
        lambda r: str(r.conversation.turn_taking["preset"]),
    ),
    C("assignment_seed", "integer", None, "Seed of the assignment's draw.", lambda r: r.assignment.seed),
    C("assignment_tied", "integer", None, "Cells that were as good.", lambda r: int(r.assignment.decision["tied"])),
    C("stage", "text", None, "connecting, talking, ended or rated.", lambda r: r.listed.stage.value),
    C("participant_stage", "text", None, "Where the participant is on the path.", lambda r: r.participant.stage),
    C("outcome", "text", None, "completed or technical_failure; empty: not finished.", lambda r: r.participant.outcome),
    C("arrived_at", "time", "UTC", "The participant opened the link.", lambda r: r.participant.arrived_at),
    C("consented_at", "time", "UTC", "The participant consented.", lambda r: r.participant.consented_at),
    C("consent_version", "text", None, "Of the text that was shown.", lambda r: r.participant.consent_version),
    C("created_at", "time", "UTC", "The conversation was admitted.", lambda r: r.conversation.created_at),
    C(
        "ready_at",
        "time",
        "UTC",
        "The assistant was ready; time runs from here.",
        lambda r: r.conversation.ready_at,
    ),
    C("ended_at", "time", "UTC", "The conversation ended.", lambda r: r.conversation.ended_at),
    C(
        "end_reason",
        "text",
        None,
        "time_up, participant_ended, participant_left or technical_failure.",
        lambda r: r.conversation.end_reason,
    ),
    C(
        "talked_s",
        "number",
        "s",
        "From readiness to the end, without time spent waiting for a new agent; empty: never ready.",
        lambda r: r.listed.talked_s,
    ),
    C("user_turns", "integer", None, "Turns of the participant.", lambda r: r.user_turns),
    C(
        "assistant_turns",
        "integer",
        None,
        "Turns of the assistant, greeting included.",
        lambda r: r.assistant_turns,
    ),
    C("tool_calls", "integer", None, "Calls of tools.", lambda r: r.tool_calls),
    C(
        "agents",
        "integer",
        None,
        "Agent jobs that had it; more than 1: one was lost.",
        lambda r: r.agents,
    ),
    C(
        "task_complete",
        "boolean",
        None,
        "Every step met, by the replayed verdict, or the live one before there is one; empty: no task.",
        lambda r: _report_field(r, "complete"),
    ),
    C(
        "task_progress",
        "number",
        "0 to 1",
        "Steps met / all; empty: no task.",
        lambda r: _report_field(r, "progress"),
    ),
    C("task_violations", "integer", None, "Forbidden things done; empty: no task.", _violations),
    C(
        "replay_agrees",
        "boolean",
        None,
        "Live and replayed verdict are the same; empty: nothing to compare.",
        lambda r: r.conversation.replay_agrees,
    ),
    C("pay_base_usd", "number", "USD", "Base pay.", lambda r: r.pay.base_usd),
    C("pay_time_usd", "number", "USD", "Pay for the time talked.", lambda r: r.pay.time_usd),
    C("pay_task_usd", "number", "USD", "Pay for completing the task.", lambda r: r.pay.task_completed_usd),
    C("pay_feedback_usd", "number", "USD", "Pay for the feedback.", lambda r: r.pay.feedback_usd),
    C("pay_total_usd", "number", "USD", "The sum.", lambda r: r.pay.total_usd),
)

R = Column[RatingRecord]


def _score(dimension: Dimension) -> R:
    meaning = f"Rating of {dimension.value.replace('_', ' ')}, 1 (worst) to 6 (best)."
    return R(dimension.value, "integer", "1 to 6", meaning, lambda r: int(r.rating.scores[dimension.value]))


RATING_COLUMNS: Sequence[R] = (
    R("conversation_id", "text", None, "The conversation's random id.", lambda r: r.record.conversation.id),
    R("participant_id", "text", None, "The participant's random id.", lambda r: r.record.participant.id),
    R("model_id", "text", None, "The model's row in models.yaml.", lambda r: r.record.conversation.model_id),
    R("scenario_id", "text", None, "The scenario's id.", lambda r: r.record.conversation.scenario_id),
    R("category", "text", None, "open_chat, goal_oriented or tool_task.", lambda r: r.record.conversation.category),
    *(_score(dimension) for dimension in Dimension),
    R("feedback", "text", None, "What the participant wrote.", lambda r: r.rating.feedback),
    R("submitted_at", "time", "UTC", "The rating was handed in.", lambda r: r.rating.submitted_at),
)

D = Column[DelayRecord]


def _part(name: str, meaning: str) -> D:
    return D(name, "number", "ms", meaning, lambda r: float(r.event.body["parts"][name]))


DELAY_COLUMNS: Sequence[D] = (
    D("conversation_id", "text", None, "The conversation's random id.", lambda r: r.conversation.id),
    D("model_id", "text", None, "The model's row in models.yaml.", lambda r: r.conversation.model_id),
    D("scenario_id", "text", None, "The scenario's id.", lambda r: r.conversation.scenario_id),
    D(
        "turn",
        "integer",
        None,
        "The participant's turn that was answered.",
        lambda r: int(r.event.body["turn"]),
    ),
    _part("vad_hangover_ms", "From the true end of speech until the detector said so."),
    _part("end_of_turn_ms", "From there until the turn was taken as complete."),
    _part("stt_ms", "Transcribing the turn; 0 for models that hear."),
    _part("model_first_token_ms", "Until the model's first token or audio."),
    _part("tools_ms", "Running tools before the answer."),
    _part("tts_first_byte_ms", "Until the first byte of synthesised speech; 0 for models that speak."),
    _part("first_frame_ms", "Until the first frame went out."),
    D("total_ms", "number", "ms", "Measured end to end, not summed.", lambda r: float(r.event.body["total_ms"])),
)
