"""Bringing an agent into a conversation's room."""

import structlog

from api.context import Context
from api.conversations.repository import locked_conversation
from api.participants.schemas import AgentPresence
from api.rooms.interface import RoomsError

log = structlog.get_logger(__name__)


async def bring(context: Context, *, conversation_id: str, room: str, replaces_agent: bool) -> None:
    """Open the room and ask for an agent; when the rooms' server refuses, the watcher will try again."""
    try:
        await context.rooms.open(room)
        if replaces_agent:
            await context.rooms.remove_agents(room)
        dispatch_id = await context.rooms.dispatch(room, conversation_id)
    except RoomsError as error:
        log.warning("An agent could not be asked for", conversation=conversation_id, retryable=error.retryable)
        await _note(context, conversation_id, AgentPresence.UNAVAILABLE, dispatch_id=None)
    else:
        presence = AgentPresence.LOST if replaces_agent else AgentPresence.CONNECTING
        await _note(context, conversation_id, presence, dispatch_id=dispatch_id)


async def _note(context: Context, conversation_id: str, presence: AgentPresence, *, dispatch_id: str | None) -> None:
    async with context.database.writing() as session:
        row = await locked_conversation(session, conversation_id)
        row.dispatch_id = dispatch_id
        # An agent may have come in the meantime.
        if row.agent_source is None:
            row.agent = presence
