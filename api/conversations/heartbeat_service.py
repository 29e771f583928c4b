"""An agent job's sign of life, and what it is to do."""

from api.context import Context
from api.conversations.repository import locked_conversation
from contracts.base import ConversationId
from contracts.brief import Heartbeat, HeartbeatAnswer
from contracts.room_event import EndReason


async def beat(context: Context, conversation_id: ConversationId, heartbeat: Heartbeat) -> HeartbeatAnswer:
    async with context.database.writing() as session:
        row = await locked_conversation(session, conversation_id)
        if row.agent_source != heartbeat.source:
            return HeartbeatAnswer(order="superseded")
        if row.end_reason is not None:
            return HeartbeatAnswer(order="end", reason=EndReason(row.end_reason))
        row.agent_seen_at = context.clock()
        return HeartbeatAnswer(order="continue")
