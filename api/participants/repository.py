"""Participants in the database."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.db.tables import ParticipantRow
from contracts.base import ParticipantId


async def participant_by_session(session: AsyncSession, session_hash: str) -> ParticipantId | None:
    found = await session.scalar(select(ParticipantRow.id).where(ParticipantRow.session_hash == session_hash))
    return None if found is None else ParticipantId(found)
