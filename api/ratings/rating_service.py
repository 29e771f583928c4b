"""Keeping a rating while it is written, and taking it in."""

from datetime import datetime

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from api.context import Context
from api.conversations.repository import append_own, conversation_of, locked_conversation
from api.conversations.schemas import ConversationStage
from api.db.tables import ConversationRow, ParticipantRow, RatingRow
from api.participants import path
from api.participants.repository import locked_participant, participant, reached
from api.participants.schemas import Outcome, Stage
from api.problems import InvalidFieldError, OutOfStepError
from api.ratings.repository import rating_of
from api.ratings.schemas import RatingDraftSent, RatingSent
from contracts.base import ParticipantId
from contracts.conversation_event import PathStep
from contracts.rating import Rating


async def save_draft(context: Context, participant_id: ParticipantId, draft: RatingDraftSent) -> None:
    """What is sent replaces what was kept; what is not sent stays."""
    async with context.database.writing() as session:
        row, _ = await _being_rated(session, participant_id, action="save_rating_draft")
        await _keep(session, row, draft, context.clock())


async def submit(context: Context, participant_id: ParticipantId, sent: RatingSent) -> None:
    """The rating stands, and the participant has finished."""
    try:
        rating = Rating(scores=sent.scores, feedback=sent.feedback)
    except ValidationError as error:
        raise InvalidFieldError("scores", str(error.errors()[0]["msg"])) from error
    now = context.clock()
    async with context.database.writing() as session:
        row, owner = await _being_rated(session, participant_id, action=path.Action.RATE)
        draft = RatingDraftSent(scores=rating.scores, feedback=rating.feedback)
        kept = await _keep(session, row, draft, now)
        kept.submitted_at = now
        row.stage = ConversationStage.RATED
        owner.outcome = Outcome.COMPLETED
        stage = path.after(Stage(owner.stage), path.Action.RATE)
        await reached(session, owner, stage, now)
        await append_own(session, row, now, PathStep(stage=stage))


async def _being_rated(
    session: AsyncSession, participant_id: ParticipantId, *, action: str
) -> tuple[ConversationRow, ParticipantRow]:
    """Both locked, the conversation first as everywhere."""
    found = await conversation_of(session, participant_id)
    if found is None:
        raise OutOfStepError(action=action, stage=(await participant(session, participant_id)).stage)
    row = await locked_conversation(session, found.id)
    owner = await locked_participant(session, participant_id)
    if owner.stage != Stage.RATING:
        raise OutOfStepError(action=action, stage=owner.stage)
    return row, owner


async def _keep(session: AsyncSession, row: ConversationRow, draft: RatingDraftSent, now: datetime) -> RatingRow:
    kept = await rating_of(session, row.id)
    if kept is None:
        kept = RatingRow(conversation_id=row.id, scores={}, feedback="", saved_at=now, submitted_at=None)
        session.add(kept)
    if draft.scores is not None:
        kept.scores = {str(dimension): score for dimension, score in draft.scores.items()}
    if draft.feedback is not None:
        kept.feedback = draft.feedback.replace("\x00", "")
    kept.saved_at = now
    return kept
