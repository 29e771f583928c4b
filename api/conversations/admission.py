"""Letting a participant into a conversation: only as many at a time as there are agents for."""

import secrets
from importlib.metadata import version

from sqlalchemy.ext.asyncio import AsyncSession

from api.assignments.repository import assignment_of
from api.context import Context
from api.conversations import lifecycle
from api.conversations.repository import append_own, taking_a_place
from api.conversations.schemas import ConversationStage
from api.db.tables import ConversationRow
from api.participants.schemas import AgentPresence, Stage
from api.problems import BusyError
from api.rooms import agents
from api.rooms.interface import RoomsError
from contracts.base import ModelId, ScenarioId
from contracts.conversation_event import PathStep

_LOCK = 0x4541_5257_0003
_ID_BYTES = 15
_SEED_BITS = 31
_ASK_AGAIN_S = 15.0
_ROOM_ASK_AGAIN_S = 2.0


async def one_at_a_time(context: Context, session: AsyncSession) -> None:
    """Before anything else in the transaction, so that every count is of a settled state."""
    await context.database.lock_all(session, _LOCK)


async def admit(context: Context, session: AsyncSession, participant_id: str) -> ConversationRow:
    """Take a place and write down what the conversation is set up with; raises `BusyError`."""
    now = context.clock()
    if await taking_a_place(session, now) >= context.settings.max_conversations:
        raise BusyError("Every place is taken; please wait a moment.", retry_after_s=_ASK_AGAIN_S)
    assignment = await assignment_of(session, participant_id)
    if assignment is None:
        raise LookupError("a participant who saw a scenario has an assignment")
    study = context.study
    model = context.models[ModelId(assignment.model_id)]
    scenario = context.library[ScenarioId(assignment.scenario_id)]
    row = ConversationRow(
        id=secrets.token_hex(_ID_BYTES),
        participant_id=participant_id,
        study_id=study.id,
        model_id=model.id,
        scenario_id=scenario.id,
        category=scenario.category,
        stage=ConversationStage.CONNECTING,
        room_name=secrets.token_hex(_ID_BYTES),
        participant_identity=secrets.token_hex(_ID_BYTES),
        seed=secrets.randbits(_SEED_BITS),
        time_limit_s=study.conversation_s,
        study=study.model_dump(mode="json"),
        model=model.model_dump(mode="json"),
        scenario=scenario.model_dump(mode="json"),
        turn_taking=study.turn_taking.model_dump(mode="json"),
        versions={"earwitness": version("earwitness")},
        created_at=now,
        ready_at=None,
        ended_at=None,
        end_reason=None,
        paused_s=0.0,
        paused_at=None,
        agent=AgentPresence.CONNECTING,
        agent_source=None,
        agent_seen_at=None,
        dispatched_at=None,
        dispatch_attempt=0,
        dispatch_id=None,
        losses=0,
        participant_seen=False,
        participant_left_at=None,
        room_closed_at=None,
        last_position=0,
        live_report=None,
        replayed_report=None,
        replay_agrees=None,
    )
    session.add(row)
    await session.flush()
    await append_own(session, row, now, PathStep(stage=Stage.CONVERSATION))
    await lifecycle.dispatched(session, row, attempt=1, now=now)
    return row


async def open_room(context: Context, row: ConversationRow) -> None:
    """Make the room and ask for an agent; when that fails the watcher tries again."""
    await agents.bring(context, conversation_id=row.id, room=row.room_name, replaces_agent=False)


async def ensure_room(context: Context, row: ConversationRow) -> None:
    """A room to connect to; raises `BusyError` while the rooms' server cannot be reached."""
    try:
        await context.rooms.open(row.room_name)
    except RoomsError as error:
        raise BusyError("The room is not ready yet; please wait a moment.", retry_after_s=_ROOM_ASK_AGAIN_S) from error
