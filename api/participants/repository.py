"""Participants in the database."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.db.tables import ParticipantRow, PathStepRow, RecruitmentRow
from api.participants.schemas import Arrival, Stage
from contracts.base import ParticipantId


async def participant_by_session(session: AsyncSession, session_hash: str) -> ParticipantId | None:
    found = await session.scalar(select(ParticipantRow.id).where(ParticipantRow.session_hash == session_hash))
    return None if found is None else ParticipantId(found)


async def participant(session: AsyncSession, participant_id: str) -> ParticipantRow:
    return (await session.scalars(select(ParticipantRow).where(ParticipantRow.id == participant_id))).one()


async def locked_participant(session: AsyncSession, participant_id: str) -> ParticipantRow:
    """Nobody else moves this participant until the transaction ends."""
    query = select(ParticipantRow).where(ParticipantRow.id == participant_id).with_for_update()
    return (await session.scalars(query)).one()


async def participant_holding(session: AsyncSession, session_hash: str, study_id: str) -> ParticipantRow | None:
    query = select(ParticipantRow).where(
        ParticipantRow.session_hash == session_hash, ParticipantRow.study_id == study_id
    )
    return await session.scalar(query.with_for_update())


async def recruitment_of(session: AsyncSession, participant_id: str) -> RecruitmentRow | None:
    return await session.scalar(select(RecruitmentRow).where(RecruitmentRow.participant_id == participant_id))


async def participant_recruited_as(session: AsyncSession, arrival: Arrival) -> ParticipantRow | None:
    """By all three ids of the platform: fewer could be guessed by somebody else."""
    if not (arrival.prolific_pid and arrival.prolific_study_id and arrival.prolific_session_id):
        return None
    query = (
        select(ParticipantRow)
        .join(RecruitmentRow, RecruitmentRow.participant_id == ParticipantRow.id)
        .where(
            RecruitmentRow.platform_participant == arrival.prolific_pid,
            RecruitmentRow.platform_study == arrival.prolific_study_id,
            RecruitmentRow.platform_session == arrival.prolific_session_id,
            ParticipantRow.study_id == arrival.study,
        )
    )
    return await session.scalar(query.with_for_update())


async def reached(session: AsyncSession, row: ParticipantRow, stage: Stage, at: datetime) -> None:
    """Move the participant, and note when."""
    row.stage = stage
    if stage is Stage.FINISHED:
        row.finished_at = at
    await session.flush()
    count = await session.scalar(
        select(func.count()).select_from(PathStepRow).where(PathStepRow.participant_id == row.id)
    )
    session.add(PathStepRow(participant_id=row.id, number=(count or 0) + 1, stage=stage, at=at))
