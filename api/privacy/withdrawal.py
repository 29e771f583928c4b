"""Taking a participant's recordings, and what ties the participant to a person, out of reach for good."""

import secrets

from sqlalchemy import delete, select

from api.context import Context
from api.db.tables import AudioRow, ConversationRow, ParticipantRow, RecruitmentRow


async def withdraw(context: Context, participant_id: str) -> bool:
    """Destroy the participant's key, audio, session and recruitment ids; False when there is no such participant.

    Ratings and the log stay, under an id that leads to nobody. Doing it again changes nothing.
    """
    async with context.database.writing() as session:
        row = await session.get(ParticipantRow, participant_id)
        if row is None:
            return False
        row.wrapped_key = None
        row.session_hash = secrets.token_hex(32)
        await session.execute(delete(RecruitmentRow).where(RecruitmentRow.participant_id == participant_id))
        blobs = await session.scalars(
            select(AudioRow.blob)
            .join(ConversationRow, ConversationRow.id == AudioRow.conversation_id)
            .where(ConversationRow.participant_id == participant_id)
        )
        names = blobs.all()
    # After the key is surely gone: without it the files are noise, and may go in their own time.
    for name in names:
        await context.blobs.delete(name)
    return True
