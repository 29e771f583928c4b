"""The turning points of a conversation; each is called with the row locked, inside the caller's transaction."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import verdict
from api.conversations.repository import append_own, talk_time_s
from api.conversations.schemas import ConversationStage
from api.db.tables import ConversationRow
from api.participants import path
from api.participants.repository import locked_participant, reached
from api.participants.schemas import AgentPresence, Outcome, Stage
from contracts.conversation_event import AgentDispatched, AgentLost, Ended, PathStep
from contracts.room_event import EndReason

WORTH_RATING_S = 30.0
"""A conversation that failed technically before this is not rated."""


def _within(moment: datetime, earliest: datetime, latest: datetime) -> datetime:
    """The worker's clock, kept between two moments of ours."""
    return min(max(moment, earliest), latest)


async def end(
    session: AsyncSession,
    row: ConversationRow,
    reason: EndReason,
    *,
    at: datetime,
    now: datetime,
    logged_by_worker: bool = False,
) -> None:
    """End the conversation and move its participant on; nothing happens when it has ended."""
    if row.ended_at is not None:
        return
    row.ended_at = _within(at, row.ready_at or row.created_at, now)
    row.end_reason = reason
    row.stage = ConversationStage.ENDED
    if not logged_by_worker:
        await append_own(session, row, now, Ended(reason=reason))

    talked = talk_time_s(row, now)
    nothing_to_rate = talked == 0.0 or (reason is EndReason.TECHNICAL_FAILURE and talked < WORTH_RATING_S)
    participant = await locked_participant(session, row.participant_id)
    action = path.Action.ABANDON_CONVERSATION if nothing_to_rate else path.Action.END_CONVERSATION
    stage = path.after(Stage(participant.stage), action)
    if nothing_to_rate:
        participant.outcome = Outcome.TECHNICAL_FAILURE
    await reached(session, participant, stage, now)
    await append_own(session, row, now, PathStep(stage=stage))
    await verdict.settle(session, row)


async def dispatched(session: AsyncSession, row: ConversationRow, *, attempt: int, now: datetime) -> None:
    """Note that an agent is being asked for."""
    row.dispatch_attempt = attempt
    row.dispatched_at = now
    await append_own(session, row, now, AgentDispatched(attempt=attempt))


async def agent_lost(session: AsyncSession, row: ConversationRow, *, silent_s: float, now: datetime) -> None:
    """The job gave no sign of life: it has the conversation no more, and the time stands still until another is
    ready."""
    await append_own(session, row, now, AgentLost(silent_s=round(silent_s, 3)))
    if row.ready_at is not None and row.paused_at is None:
        row.paused_at = _within(row.agent_seen_at or now, row.ready_at, now)
    row.agent = AgentPresence.LOST
    row.agent_source = None
    row.losses += 1


def agent_ready(row: ConversationRow, *, at: datetime, now: datetime) -> None:
    """The clock starts, or goes on."""
    if row.ready_at is None:
        row.ready_at = _within(at, row.created_at, row.ended_at or now)
        if row.stage == ConversationStage.CONNECTING:
            row.stage = ConversationStage.TALKING
    elif row.paused_at is not None and row.ended_at is None:
        row.paused_s += (_within(at, row.paused_at, now) - row.paused_at).total_seconds()
        row.paused_at = None
