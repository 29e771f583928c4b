"""What the researcher reads of conversations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.context import Context
from api.conversations.known_log import body_adapter
from api.conversations.repository import conversation, events_of, jobs_of, talk_time_s
from api.conversations.schemas import (
    ConversationFilters,
    ConversationListed,
    ConversationPage,
    ConversationShown,
    ConversationStage,
    EventShown,
    RatingShown,
    RecordingShown,
    TurnAudioShown,
    TurnDelayShown,
    VerdictShown,
)
from api.conversations.verdict import scenario_adapter
from api.db.tables import AudioRow, ConversationRow, EventRow, ParticipantRow, RatingRow
from api.participants.repository import participant
from api.participants.schemas import Outcome, Stage
from api.participants.views import pay_of
from api.ratings.repository import rating_of
from contracts.base import ConversationId, ModelId, ParticipantId, ScenarioId, StudyId
from contracts.conversation_event import TurnDelay
from contracts.rating import Dimension
from contracts.room_event import EndReason
from contracts.study import StudySpec
from contracts.turn_taking import TurnTaking
from contracts.verification import VerificationReport
from contracts.voice_model import ModelSpec


async def page(context: Context, filters: ConversationFilters) -> ConversationPage:
    """Newest first."""
    conditions = _conditions(filters)
    async with context.database.reading() as session:
        total = await session.scalar(select(func.count()).select_from(ConversationRow).where(*conditions))
        query = (
            select(ConversationRow, ParticipantRow.stage, RatingRow)
            .join(ParticipantRow, ParticipantRow.id == ConversationRow.participant_id)
            .outerjoin(RatingRow, RatingRow.conversation_id == ConversationRow.id)
            .where(*conditions)
            .order_by(ConversationRow.created_at.desc(), ConversationRow.id)
            .offset(filters.offset)
            .limit(filters.limit)
        )
        now = context.clock()
        items = [listed(row, stage, rating, now) for row, stage, rating in await session.execute(query)]
    return ConversationPage(items=items, total=total or 0, offset=filters.offset, limit=filters.limit)


def _conditions(filters: ConversationFilters) -> list[ColumnElement[bool]]:
    wanted = {
        ConversationRow.model_id: filters.model,
        ConversationRow.scenario_id: filters.scenario,
        ConversationRow.category: filters.category,
        ConversationRow.stage: filters.stage,
    }
    return [column == value for column, value in wanted.items() if value is not None]


def listed(row: ConversationRow, participant_stage: str, rating: RatingRow | None, now: datetime) -> ConversationListed:
    report = row.replayed_report or row.live_report
    scores = rating.scores if rating is not None and rating.submitted_at is not None else {}
    return ConversationListed(
        id=ConversationId(row.id),
        participant_id=ParticipantId(row.participant_id),
        participant_stage=Stage(participant_stage),
        study_id=StudyId(row.study_id),
        model_id=ModelId(row.model_id),
        scenario_id=ScenarioId(row.scenario_id),
        scenario_title=row.scenario["title"],
        category=scenario_adapter.validate_python(row.scenario).category,
        stage=ConversationStage(row.stage),
        created_at=row.created_at,
        ready_at=row.ready_at,
        ended_at=row.ended_at,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
        talked_s=None if row.ready_at is None else round(talk_time_s(row, now), 3),
        task_complete=report["complete"] if report else None,
        task_progress=report["progress"] if report else None,
        overall_recommendation=scores.get(Dimension.OVERALL_RECOMMENDATION),
    )


async def shown(context: Context, conversation_id: str) -> ConversationShown:
    """Raises `NotFoundError`."""
    async with context.database.reading() as session:
        row = await conversation(session, conversation_id)
        owner = await participant(session, row.participant_id)
        rating = await rating_of(session, row.id)
        events = [_event(event) for event in await events_of(session, row.id)]
        turns, recordings = await _audio(session, row.id)
        now = context.clock()
        study = StudySpec.model_validate(row.study)
        outcome = Outcome(owner.outcome) if owner.outcome else None
        return ConversationShown(
            summary=listed(row, owner.stage, rating, now),
            outcome=outcome,
            model=ModelSpec.model_validate(row.model),
            scenario=scenario_adapter.validate_python(row.scenario),
            turn_taking=TurnTaking.model_validate(row.turn_taking),
            study_version=study.version,
            versions=row.versions,
            seed=row.seed,
            agents=[job.source for job in await jobs_of(session, row.id)],
            events=events,
            turns=turns,
            recordings=recordings,
            rating=_rating(rating),
            verdict=VerdictShown(
                live=_report(row.live_report), replayed=_report(row.replayed_report), agrees=row.replay_agrees
            ),
            delays=[
                TurnDelayShown(turn=event.body.turn, parts=event.body.parts, total_ms=event.body.total_ms)
                for event in events
                if isinstance(event.body, TurnDelay)
            ],
            pay=await pay_of(session, study, outcome, row, now),
        )


def _event(event: EventRow) -> EventShown:
    return EventShown(
        position=event.position,
        source=event.source,
        sequence=event.sequence,
        at=event.at,
        received_at=event.received_at,
        body=body_adapter.validate_python(event.body),
    )


def _rating(rating: RatingRow | None) -> RatingShown | None:
    if rating is None or rating.submitted_at is None:
        return None
    return RatingShown.model_validate(
        {"scores": rating.scores, "feedback": rating.feedback, "submitted_at": rating.submitted_at}
    )


def _report(stored: dict[str, Any] | None) -> VerificationReport | None:
    return None if stored is None else VerificationReport.model_validate(stored)


async def _audio(session: AsyncSession, conversation_id: str) -> tuple[list[TurnAudioShown], list[RecordingShown]]:
    query = select(AudioRow).where(AudioRow.conversation_id == conversation_id)
    rows = (await session.scalars(query.order_by(AudioRow.number, AudioRow.stored_at))).all()
    base = f"/api/researcher/conversations/{conversation_id}"
    turns = [
        TurnAudioShown(
            turn=row.number,
            sha256=row.sha256,
            bytes=row.bytes,
            url=f"{base}/turns/{row.number}/audio?sha256={row.sha256}",
        )
        for row in rows
        if row.kind == "turn"
    ]
    recordings = [
        RecordingShown(
            part=row.number,
            sha256=row.sha256,
            bytes=row.bytes,
            url=f"{base}/recordings/{row.number}?sha256={row.sha256}",
        )
        for row in rows
        if row.kind == "recording"
    ]
    return turns, recordings
