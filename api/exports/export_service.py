"""Streaming the study's data: a batch of conversations is in memory at a time."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.context import Context
from api.conversations.reading_service import listed
from api.conversations.repository import events_of, jobs_of
from api.db.tables import AssignmentRow, AudioRow, ConversationRow, EventRow, ParticipantRow, RatingRow
from api.exports.codebook import CODEBOOK_COLUMNS, codebook
from api.exports.columns import (
    CONVERSATION_COLUMNS,
    DELAY_COLUMNS,
    RATING_COLUMNS,
    Column,
    ConversationRecord,
    DelayRecord,
    RatingRecord,
)
from api.exports.spreadsheet import cell, line
from api.participants.schemas import Outcome
from api.participants.views import pay_of
from contracts.study import StudySpec

Lines = AsyncIterator[bytes]
Row = TypeVar("Row")

_BATCH = 100


async def _conversations(context: Context) -> AsyncIterator[Sequence[tuple[ConversationRow, ParticipantRow]]]:
    """Oldest first, a batch at a time; each batch is read in a transaction of its own."""
    after: tuple[Any, str] | None = None
    while True:
        query = (
            select(ConversationRow, ParticipantRow)
            .join(ParticipantRow, ParticipantRow.id == ConversationRow.participant_id)
            .order_by(ConversationRow.created_at, ConversationRow.id)
            .limit(_BATCH)
        )
        if after is not None:
            query = query.where(tuple_(ConversationRow.created_at, ConversationRow.id) > after)
        async with context.database.reading() as session:
            batch = [(row, owner) for row, owner in await session.execute(query)]
        if not batch:
            return
        yield batch
        last = batch[-1][0]
        after = (last.created_at, last.id)


async def _records(context: Context) -> AsyncIterator[ConversationRecord]:
    """No transaction is open while a record is handed out: who downloads may be slow."""
    async for batch in _conversations(context):
        async with context.database.reading() as session:
            records = [await _record(context, session, row, owner) for row, owner in batch]
        for record in records:
            yield record


async def _record(
    context: Context, session: AsyncSession, row: ConversationRow, owner: ParticipantRow
) -> ConversationRecord:
    now = context.clock()
    types = select(EventRow.type, func.count().label("n")).where(EventRow.conversation_id == row.id)
    counts = {row.type: row.n for row in await session.execute(types.group_by(EventRow.type))}
    rating = await session.get(RatingRow, row.id)
    if rating is not None and rating.submitted_at is None:
        rating = None
    assignment = await session.get_one(AssignmentRow, owner.id)
    outcome = Outcome(owner.outcome) if owner.outcome else None
    audio = select(AudioRow).where(AudioRow.conversation_id == row.id).order_by(AudioRow.kind, AudioRow.number)
    return ConversationRecord(
        conversation=row,
        participant=owner,
        assignment=assignment,
        rating=rating,
        listed=listed(row, owner.stage, rating, now),
        pay=await pay_of(session, StudySpec.model_validate(row.study), outcome, row, now),
        user_turns=counts.get("user_turn", 0),
        assistant_turns=counts.get("assistant_turn", 0),
        tool_calls=counts.get("tool_called", 0),
        agents=len(await jobs_of(session, row.id)),
        audio=(await session.scalars(audio)).all(),
    )


def _header(columns: Sequence[Column[Any]]) -> bytes:
    return line(column.name for column in columns)


def _row(columns: Sequence[Column[Row]], record: Row) -> bytes:
    return line(column.value(record) for column in columns)


async def conversations_csv(context: Context) -> Lines:
    yield _header(CONVERSATION_COLUMNS)
    async for record in _records(context):
        yield _row(CONVERSATION_COLUMNS, record)


async def ratings_csv(context: Context) -> Lines:
    yield _header(RATING_COLUMNS)
    async for record in _records(context):
        if record.rating is not None:
            yield _row(RATING_COLUMNS, RatingRecord(record, record.rating))


async def turn_delays_csv(context: Context) -> Lines:
    yield _header(DELAY_COLUMNS)
    async for batch in _conversations(context):
        async with context.database.reading() as session:
            records = [
                DelayRecord(row, event)
                for row, _ in batch
                for event in await events_of(session, row.id, ["turn_delay"])
            ]
        for record in records:
            yield _row(DELAY_COLUMNS, record)


async def conversations_jsonl(context: Context) -> Lines:
    async for record in _records(context):
        row = record.conversation
        rating = record.rating
        yield _json_line(
            {
                "conversation": {column.name: _plain(column.value(record)) for column in CONVERSATION_COLUMNS},
                "study": row.study,
                "model": row.model,
                "scenario": row.scenario,
                "turn_taking": row.turn_taking,
                "versions": row.versions,
                "microphone": record.participant.microphone,
                "assignment": {**record.assignment.decision, "seed": record.assignment.seed},
                "live_verdict": row.live_report,
                "replayed_verdict": row.replayed_report,
                "rating": None if rating is None else {"scores": rating.scores, "feedback": rating.feedback},
                "audio": [
                    {"kind": each.kind, "number": each.number, "sha256": each.sha256, "bytes": each.bytes}
                    for each in record.audio
                ],
            }
        )


async def events_jsonl(context: Context) -> Lines:
    async for batch in _conversations(context):
        for row, _ in batch:
            async with context.database.reading() as session:
                events = await events_of(session, row.id)
            for event in events:
                yield _json_line(
                    {
                        "conversation_id": event.conversation_id,
                        "position": event.position,
                        "source": event.source,
                        "sequence": event.sequence,
                        "at": event.at.isoformat(),
                        "received_at": event.received_at.isoformat(),
                        "body": event.body,
                    }
                )


async def codebook_csv() -> Lines:
    yield line(CODEBOOK_COLUMNS)
    for each in codebook().columns:
        yield line(getattr(each, column) for column in CODEBOOK_COLUMNS)


def _plain(value: Any) -> Any:  # a column's value as JSON
    return value if isinstance(value, (str, int, float, bool)) or value is None else cell(value)


def _json_line(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False) + "\n").encode()
