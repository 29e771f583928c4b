"""Bringing an agent into a conversation's room."""

import structlog

from api.context import Context
from api.conversations.repository import locked_conversation
from api.rooms.interface import RoomsError

log = structlog.get_logger(__name__)


async def bring(context: Context, *, conversation_id: str, room: str, replaces_agent: bool) -> bool:
    """Open the room and ask for an agent; False when the rooms' server refused, and the watcher will try again."""
    try:
        await context.rooms.open(room)
        if replaces_agent:
            await context.rooms.remove_agents(room)
        dispatch_id = await context.rooms.dispatch(room, conversation_id)
    except RoomsError as error:
        log.warning("An agent could not be asked for", conversation=conversation_id, retryable=error.retryable)
        return False
    async with context.database.writing() as session:
        (await locked_conversation(session, conversation_id)).dispatch_id = dispatch_id
    return True
