"""Researchers' sessions in the database."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.db.tables import ResearcherSessionRow


async def researcher_session_is_valid(session: AsyncSession, session_hash: str, *, now: datetime) -> bool:
    expires_at = await session.scalar(
        select(ResearcherSessionRow.expires_at).where(ResearcherSessionRow.session_hash == session_hash)
    )
    return expires_at is not None and expires_at > now


async def add_session(session: AsyncSession, session_hash: str, *, now: datetime, expires_at: datetime) -> None:
    """Add one, and forget those that have run out."""
    await session.execute(delete(ResearcherSessionRow).where(ResearcherSessionRow.expires_at <= now))
    session.add(ResearcherSessionRow(session_hash=session_hash, created_at=now, expires_at=expires_at))


async def remove_session(session: AsyncSession, session_hash: str) -> None:
    await session.execute(delete(ResearcherSessionRow).where(ResearcherSessionRow.session_hash == session_hash))
