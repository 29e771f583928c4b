"""Ratings in the database."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.db.tables import RatingRow


async def rating_of(session: AsyncSession, conversation_id: str) -> RatingRow | None:
    return await session.scalar(select(RatingRow).where(RatingRow.conversation_id == conversation_id))
