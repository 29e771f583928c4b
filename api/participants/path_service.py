"""Walking the path: each call checks the stage, does its work in one transaction, and answers with the view."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.access import SESSION_TOKEN_BYTES, session_hash
from api.assignments.repository import assign
from api.context import Context
from api.conversations import admission, lifecycle
from api.conversations.repository import conversation_of, locked_conversation
from api.db.tables import ParticipantRow, RecruitmentRow
from api.participants import path
from api.participants.repository import (
    locked_participant,
    participant,
    participant_holding,
    participant_recruited_as,
    reached,
    recruitment_of,
)
from api.participants.schemas import (
    Arrival,
    Connection,
    ConsentGiven,
    MicrophoneReport,
    Outcome,
    Stage,
    View,
)
from api.participants.views import view_of
from api.problems import InvalidFieldError, NotFoundError, OutOfStepError
from contracts.base import ParticipantId
from contracts.room_event import EndReason

_ID_BYTES = 15
_ARRIVALS_LOCK = 0x4541_5257_0002


async def arrive(context: Context, arrival: Arrival, *, token: str | None) -> tuple[View, str | None]:
    """The view, and a session token when the browser is to be given one."""
    if arrival.study != context.study.id:
        raise NotFoundError("There is no study of this name; check the link.")
    new_token: str | None = None
    async with context.database.writing() as session:
        await context.database.lock_all(session, _ARRIVALS_LOCK)
        row = await _known(session, arrival, token)
        if row is None or token is None or row.session_hash != session_hash(token):
            new_token = secrets.token_urlsafe(SESSION_TOKEN_BYTES)
        if row is None:
            row = await _welcome(context, session, arrival, context.clock())
        if new_token is not None:
            row.session_hash = session_hash(new_token)
        await session.flush()
        return await view_of(context, session, row.id), new_token


async def _known(session: AsyncSession, arrival: Arrival, token: str | None) -> ParticipantRow | None:
    recruited = await participant_recruited_as(session, arrival)
    if recruited is not None or not token:
        return recruited
    holder = await participant_holding(session, session_hash(token), arrival.study)
    if holder is None or arrival.prolific_pid is None:
        return holder
    # Somebody else on the same computer is not taken for the first.
    recruitment = await recruitment_of(session, holder.id)
    same = recruitment is not None and recruitment.platform_participant == arrival.prolific_pid
    return holder if same else None


async def _welcome(context: Context, session: AsyncSession, arrival: Arrival, now: datetime) -> ParticipantRow:
    participant_id = secrets.token_hex(_ID_BYTES)
    row = ParticipantRow(
        id=participant_id,
        study_id=context.study.id,
        study_version=context.study.version,
        session_hash=hashlib.sha256(participant_id.encode()).hexdigest(),
        stage=Stage.LANDING,
        outcome=None,
        arrived_at=now,
        consent_version=None,
        consented_at=None,
        microphone=None,
        finished_at=None,
        wrapped_key=context.master_key.new_wrapped_key(participant_id),
    )
    session.add(row)
    await reached(session, row, Stage.LANDING, now)
    if arrival.prolific_pid is not None:
        session.add(
            RecruitmentRow(
                participant_id=participant_id,
                platform_participant=arrival.prolific_pid,
                platform_study=arrival.prolific_study_id,
                platform_session=arrival.prolific_session_id,
            )
        )
    return row


async def view(context: Context, participant_id: ParticipantId) -> View:
    async with context.database.reading() as session:
        return await view_of(context, session, participant_id)


async def begin(context: Context, participant_id: ParticipantId) -> View:
    async with context.database.writing() as session:
        row = await locked_participant(session, participant_id)
        await reached(session, row, path.after(Stage(row.stage), path.Action.BEGIN), context.clock())
        return await view_of(context, session, participant_id)


async def consent(context: Context, participant_id: ParticipantId, given: ConsentGiven) -> View:
    action = path.Action.ACCEPT_CONSENT if given.accepted else path.Action.REFUSE_CONSENT
    now = context.clock()
    async with context.database.writing() as session:
        row = await locked_participant(session, participant_id)
        stage = path.after(Stage(row.stage), action)
        if given.version != context.study.consent.version:
            allowed = context.study.consent.version
            raise InvalidFieldError("version", f"is not the text that is shown now; allowed: {allowed!r}")
        row.consent_version = given.version
        if given.accepted:
            row.consented_at = now
        else:
            row.outcome = Outcome.NO_CONSENT
        await reached(session, row, stage, now)
        return await view_of(context, session, participant_id)


async def microphone(context: Context, participant_id: ParticipantId, report: MicrophoneReport) -> View:
    now = context.clock()
    async with context.database.writing() as session:
        row = await locked_participant(session, participant_id)
        stage = path.after(Stage(row.stage), path.Action.PASS_MICROPHONE_CHECK)
        row.microphone = report.model_dump(mode="json")
        await assign(
            context.database,
            session,
            participant_id=participant_id,
            study_id=context.study.id,
            models=context.study.models,
            scenarios=context.study.scenarios,
            now=now,
        )
        await reached(session, row, stage, now)
        return await view_of(context, session, participant_id)


async def start_conversation(context: Context, participant_id: ParticipantId) -> View:
    """The place is taken in the transaction; the room is made and the agent asked for after it."""
    async with context.database.writing() as session:
        await admission.one_at_a_time(context, session)
        row = await locked_participant(session, participant_id)
        stage = path.after(Stage(row.stage), path.Action.START_CONVERSATION)
        conversation = await admission.admit(context, session, participant_id)
        await reached(session, row, stage, context.clock())
    await admission.open_room(context, conversation)
    return await view(context, participant_id)


async def connection(context: Context, participant_id: ParticipantId) -> Connection:
    async with context.database.reading() as session:
        row = await participant(session, participant_id)
        conversation = await conversation_of(session, participant_id)
    if row.stage != Stage.CONVERSATION or conversation is None:
        raise OutOfStepError(action="connect", stage=row.stage)
    await admission.ensure_room(context, conversation)
    token = context.rooms.participant_token(conversation.room_name, conversation.participant_identity)
    return Connection(url=context.settings.public_livekit_url, token=token)


async def end_conversation(context: Context, participant_id: ParticipantId) -> View:
    now = context.clock()
    async with context.database.writing() as session:
        found = await conversation_of(session, participant_id)
        if found is None:
            row = await participant(session, participant_id)
            raise OutOfStepError(action=path.Action.END_CONVERSATION, stage=row.stage)
        conversation = await locked_conversation(session, found.id)
        row = await locked_participant(session, participant_id)
        path.after(Stage(row.stage), path.Action.END_CONVERSATION)
        await lifecycle.end(session, conversation, EndReason.PARTICIPANT_ENDED, at=now, now=now)
        await session.flush()
        return await view_of(context, session, participant_id)
