"""Conversations in the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.talk_time import talked_s
from api.db.tables import AgentJobRow, ConversationRow, EventRow
from api.problems import NotFoundError
from contracts.conversation_event import ConversationEvent, ConversationEventBody

API_SOURCE = "api"
"""The source of the events that the API itself adds to a log."""

_ROOM_SURELY_GONE = timedelta(seconds=60)


async def conversation(session: AsyncSession, conversation_id: str) -> ConversationRow:
    """Raises `NotFoundError`."""
    row = await session.scalar(select(ConversationRow).where(ConversationRow.id == conversation_id))
    if row is None:
        raise NotFoundError
    return row


async def locked_conversation(session: AsyncSession, conversation_id: str) -> ConversationRow:
    """Nobody else changes this conversation or its log until the transaction ends; raises `NotFoundError`."""
    query = select(ConversationRow).where(ConversationRow.id == conversation_id).with_for_update()
    row = await session.scalar(query)
    if row is None:
        raise NotFoundError
    return row


async def conversation_of(session: AsyncSession, participant_id: str) -> ConversationRow | None:
    return await session.scalar(select(ConversationRow).where(ConversationRow.participant_id == participant_id))


async def taking_a_place(session: AsyncSession, now: datetime) -> int:
    """Conversations that hold an agent: until their room is closed, or surely gone."""
    query = (
        select(func.count())
        .select_from(ConversationRow)
        .where(
            or_(
                ConversationRow.ended_at.is_(None),
                and_(ConversationRow.room_closed_at.is_(None), ConversationRow.ended_at > now - _ROOM_SURELY_GONE),
            )
        )
    )
    return await session.scalar(query) or 0


async def with_open_rooms(session: AsyncSession) -> Sequence[ConversationRow]:
    query = select(ConversationRow).where(ConversationRow.room_closed_at.is_(None)).order_by(ConversationRow.id)
    return (await session.scalars(query)).all()


def talk_time_s(row: ConversationRow, now: datetime) -> float:
    return talked_s(
        ready_at=row.ready_at,
        paused_s=row.paused_s,
        paused_at=row.paused_at,
        ended_at=row.ended_at,
        now=now,
        time_limit_s=row.time_limit_s,
    )


async def stored_through(session: AsyncSession, conversation_id: str, source: str) -> int:
    """The last event of the source that is stored; 0 for none."""
    query = select(func.max(EventRow.sequence)).where(
        EventRow.conversation_id == conversation_id, EventRow.source == source
    )
    return await session.scalar(query) or 0


async def append(
    session: AsyncSession,
    row: ConversationRow,
    source: str,
    events: Sequence[ConversationEvent],
    received_at: datetime,
) -> None:
    """Add to the end of the log; ``row`` is locked and the sequences follow on what is stored."""
    values: list[dict[str, Any]] = []
    for position, event in enumerate(events, start=row.last_position + 1):
        values.append(
            {
                "conversation_id": row.id,
                "position": position,
                "source": source,
                "sequence": event.sequence,
                "at": event.at,
                "received_at": received_at,
                "type": event.body.type,
                "body": event.body.model_dump(mode="json"),
            }
        )
    if values:
        await session.execute(insert(EventRow), values)
        row.last_position += len(values)


async def append_own(
    session: AsyncSession, row: ConversationRow, now: datetime, *bodies: ConversationEventBody
) -> None:
    """Add what the API itself saw or did."""
    through = await stored_through(session, row.id, API_SOURCE)
    events = [
        ConversationEvent(sequence=sequence, at=now, body=body)
        for sequence, body in enumerate(bodies, start=through + 1)
    ]
    await append(session, row, API_SOURCE, events, now)


async def events_of(
    session: AsyncSession, conversation_id: str, types: Sequence[str] | None = None
) -> Sequence[EventRow]:
    """In the log's order."""
    query = select(EventRow).where(EventRow.conversation_id == conversation_id).order_by(EventRow.position)
    if types is not None:
        query = query.where(EventRow.type.in_(types))
    return (await session.scalars(query)).all()


async def jobs_of(session: AsyncSession, conversation_id: str) -> Sequence[AgentJobRow]:
    """In the order in which they took the conversation."""
    query = select(AgentJobRow).where(AgentJobRow.conversation_id == conversation_id).order_by(AgentJobRow.part)
    return (await session.scalars(query)).all()
