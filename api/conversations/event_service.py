"""Taking in the agents' events: each is stored exactly once, in order, with what follows from it."""

from datetime import datetime
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncSession

from api.context import Context
from api.conversations import lifecycle, verdict
from api.conversations.brief_service import refuse_reserved_source
from api.conversations.repository import append, locked_conversation, stored_through
from api.db.tables import ConversationRow
from api.problems import InvalidFieldError, SequenceGapError
from contracts.base import ConversationId
from contracts.conversation_event import (
    AgentJoined,
    AssistantBecameReady,
    ConversationEvent,
    Ended,
    EventBatch,
    EventsAcknowledged,
    ParticipantPresence,
    Verified,
)


async def ingest(context: Context, conversation_id: ConversationId, batch: EventBatch) -> EventsAcknowledged:
    """Store what is new of the batch; when this returns it is on disk. Raises `SequenceGapError`."""
    refuse_reserved_source(batch.source)
    for earlier, later in pairwise(batch.events):
        if later.sequence != earlier.sequence + 1:
            raise InvalidFieldError(
                "events", f"sequence {later.sequence} follows {earlier.sequence}; allowed: {earlier.sequence + 1}"
            )
    now = context.clock()
    async with context.database.writing() as session:
        row = await locked_conversation(session, conversation_id)
        through = await stored_through(session, conversation_id, batch.source)
        if batch.events[0].sequence > through + 1:
            raise SequenceGapError(through=through)
        new = [event for event in batch.events if event.sequence > through]
        if new:
            had_ended = row.ended_at is not None
            await append(session, row, batch.source, new, now)
            for event in new:
                await _follow(session, row, batch.source, event, now)
            if had_ended and any(event.body.type in verdict.CHANGES_VERDICT for event in new):
                await verdict.settle(session, row)
        return EventsAcknowledged(through=max(through, batch.events[-1].sequence))


async def _follow(
    session: AsyncSession, row: ConversationRow, source: str, event: ConversationEvent, now: datetime
) -> None:
    """What an event changes in the conversation; a job that lost it changes nothing but a missing beginning."""
    body = event.body
    if isinstance(body, AgentJoined):
        row.versions = {**row.versions, **body.versions}
    has_it = row.agent_source == source
    if isinstance(body, AssistantBecameReady) and (has_it or row.ready_at is None):
        lifecycle.agent_ready(row, at=event.at, now=now)
    if not has_it:
        return
    if isinstance(body, ParticipantPresence):
        if body.change == "joined":
            row.participant_seen = True
            row.participant_left_at = None
        elif body.change == "left":
            row.participant_left_at = now
    elif isinstance(body, Verified):
        row.live_report = body.report.model_dump(mode="json")
    elif isinstance(body, Ended):
        await lifecycle.end(session, row, body.reason, at=event.at, now=now, logged_by_worker=True)
