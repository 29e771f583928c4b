"""Handing a conversation to an agent job."""

import re

from api.context import Context
from api.conversations import known_log
from api.conversations.repository import API_SOURCE, events_of, jobs_of, locked_conversation, talk_time_s
from api.conversations.schemas import SOURCE_PATTERN
from api.conversations.verdict import scenario_adapter
from api.db.tables import AgentJobRow
from api.participants.schemas import AgentPresence
from api.problems import GoneError, InvalidFieldError
from contracts.base import ConversationId
from contracts.brief import ConversationBrief
from contracts.turn_taking import TurnTaking
from contracts.voice_model import ModelSpec


async def take(context: Context, conversation_id: ConversationId, source: str) -> ConversationBrief:
    """Give the conversation to ``source``; asking again changes nothing.

    Raises `GoneError` when the conversation has ended or a later job has it.
    """
    refuse_reserved_source(source)
    now = context.clock()
    async with context.database.writing() as session:
        row = await locked_conversation(session, conversation_id)
        if row.ended_at is not None:
            raise GoneError("The conversation has ended.")
        jobs = list(await jobs_of(session, row.id))
        job = next((each for each in jobs if each.source == source), None)
        if job is None:
            job = AgentJobRow(
                conversation_id=row.id,
                source=source,
                part=len(jobs) + 1,
                taken_at=now,
                followed=row.last_position,
            )
            session.add(job)
            jobs.append(job)
        elif row.agent_source != source:
            raise GoneError("The conversation was taken from this job.")
        row.agent_source = source
        row.agent_seen_at = now
        row.agent = AgentPresence.PRESENT
        await session.flush()

        events = await events_of(session, row.id, known_log.TYPES)
        earlier = [event for event in events if event.source != source and event.position <= job.followed]
        return ConversationBrief(
            conversation_id=conversation_id,
            participant_identity=row.participant_identity,
            model=ModelSpec.model_validate(row.model),
            scenario=scenario_adapter.validate_python(row.scenario),
            turn_taking=TurnTaking.model_validate(row.turn_taking),
            time_limit_s=row.time_limit_s,
            ready_at=row.ready_at,
            elapsed_s=talk_time_s(row, now),
            history=known_log.history(known_log.known(earlier, jobs)),
            seed=row.seed,
            recording_part=job.part,
        )


def refuse_reserved_source(source: str) -> None:
    """Raises `InvalidFieldError` for the API's own name and for what no database would store."""
    if source == API_SOURCE:
        raise InvalidFieldError("source", f"{API_SOURCE!r} is the API's own; allowed: any other name")
    if not re.fullmatch(SOURCE_PATTERN, source):
        raise InvalidFieldError("source", "allowed: printable ASCII, at most 80 characters")
