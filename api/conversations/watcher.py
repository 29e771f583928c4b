"""The one task that looks after conversations: it brings agents, notices lost ones, ends what is over, closes rooms."""

import asyncio
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.context import Context
from api.conversations import lifecycle
from api.conversations.repository import append_own, jobs_of, locked_conversation, with_open_rooms
from api.conversations.watch_rules import CloseRoom, Dispatch, End, Need, Replace, Watched, need
from api.db.tables import AgentJobRow, ConversationRow
from api.rooms import agents
from api.rooms.interface import RoomsError
from contracts.conversation_event import NoticeSent
from contracts.room_event import ConversationEnded, Notice, NoticeKind, RoomEvent, RoomEventBody

log = structlog.get_logger(__name__)

TICK_S = 0.5
_STALL_S = 2.0


class Watcher:
    """Runs in one process only; what it knows stands in the database, so that another may take its place."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._started_at = context.clock()
        self._in_hand: set[str] = set()

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        looked_at = loop.time()
        async with asyncio.TaskGroup() as tasks:
            while True:
                if loop.time() - looked_at > _STALL_S:
                    # This process was held up, and with it the heartbeats that wait to be read: as after a restart.
                    log.warning("The watcher was held up", stalled_s=round(loop.time() - looked_at, 1))
                    self._started_at = self._context.clock()
                looked_at = loop.time()
                try:
                    await self.look(tasks)
                except (SQLAlchemyError, OSError):
                    log.exception("The watcher could not read the database and tries again")
                await asyncio.sleep(TICK_S)

    async def look(self, tasks: asyncio.TaskGroup) -> None:
        """Once over every conversation with an open room.

        What one needs is done in a task of its own: a slow answer of the rooms' server holds up no other.
        """
        async with self._context.database.reading() as session:
            rows = await with_open_rooms(session)
        now = self._context.clock()
        for row in rows:
            if row.id not in self._in_hand and self._may_need(row, now):
                self._in_hand.add(row.id)
                tasks.create_task(self._take_in_hand(row.id))

    async def _take_in_hand(self, conversation_id: str) -> None:
        try:
            await self._look_after(conversation_id)
        except (SQLAlchemyError, OSError):
            log.exception("A conversation could not be looked after; the watcher tries again")
        finally:
            self._in_hand.discard(conversation_id)

    def _may_need(self, row: ConversationRow, now: datetime) -> bool:
        """Without the job's row: a first pass that spares a transaction for each conversation that goes well."""
        return need(_watched(row, None, now), now=now, started_at=self._started_at) is not None

    async def _look_after(self, conversation_id: str) -> None:
        context = self._context
        async with context.database.writing() as session:
            now = context.clock()
            row = await locked_conversation(session, conversation_id)
            job = next((job for job in await jobs_of(session, row.id) if job.source == row.agent_source), None)
            what = need(_watched(row, job, now), now=now, started_at=self._started_at)
            match what:
                case Dispatch(attempt=attempt):
                    await lifecycle.dispatched(session, row, attempt=attempt, now=now)
                case Replace(silent_s=silent_s):
                    await lifecycle.agent_lost(session, row, silent_s=silent_s, now=now)
                    await append_own(session, row, now, NoticeSent(kind=NoticeKind.AGENT_LOST))
                    await lifecycle.dispatched(session, row, attempt=1, now=now)
                case End(reason=reason):
                    await lifecycle.end(session, row, reason, at=now, now=now)
                case CloseRoom() | None:
                    pass
        # The rooms' server is asked after the transaction: it may take its time.
        await self._carry_out(row, what)

    async def _carry_out(self, row: ConversationRow, what: Need) -> None:
        context = self._context
        match what:
            case Dispatch(attempt=attempt):
                log.warning("No agent came; asking for another", conversation=row.id, attempt=attempt)
                await agents.bring(context, conversation_id=row.id, room=row.room_name, replaces_agent=False)
            case Replace(silent_s=silent_s):
                log.warning("An agent was lost; asking for another", conversation=row.id, silent_s=silent_s)
                await self._tell(row, Notice(kind=NoticeKind.AGENT_LOST))
                await agents.bring(context, conversation_id=row.id, room=row.room_name, replaces_agent=True)
            case End(reason=reason):
                log.info("A conversation was ended by the watcher", conversation=row.id, reason=reason)
                await self._tell(row, ConversationEnded(reason=reason))
            case CloseRoom():
                await self._close(row)
            case None:
                pass

    async def _tell(self, row: ConversationRow, body: RoomEventBody) -> None:
        try:
            await self._context.rooms.send(row.room_name, RoomEvent(sent_at=self._context.clock(), body=body))
        except RoomsError:
            log.warning("The room could not be told", conversation=row.id)

    async def _close(self, row: ConversationRow) -> None:
        try:
            await self._context.rooms.close(row.room_name)
        except RoomsError as error:
            if error.retryable:
                return
            log.warning("The room could not be closed", conversation=row.id)
        async with self._context.database.writing() as session:
            (await locked_conversation(session, row.id)).room_closed_at = self._context.clock()


def _watched(row: ConversationRow, job: AgentJobRow | None, now: datetime) -> Watched:
    overtime_s = -row.time_limit_s
    if row.ready_at is not None and row.paused_at is None:
        overtime_s = (now - row.ready_at).total_seconds() - row.paused_s - row.time_limit_s
    return Watched(
        created_at=row.created_at,
        ready_at=row.ready_at,
        paused_at=row.paused_at,
        ended_at=row.ended_at,
        overtime_s=overtime_s,
        agent_source=row.agent_source,
        agent_taken_at=job.taken_at if job else row.created_at,
        agent_seen_at=row.agent_seen_at,
        dispatched_at=row.dispatched_at,
        dispatch_attempt=row.dispatch_attempt,
        losses=row.losses,
        participant_seen=row.participant_seen,
        participant_left_at=row.participant_left_at,
    )
