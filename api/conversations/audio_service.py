"""Turns and recordings: checked, encrypted with the participant's key, stored once."""

import asyncio
import hashlib
from collections.abc import AsyncIterable
from http import HTTPStatus
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.context import Context
from api.conversations.repository import conversation, events_of
from api.db.tables import AudioRow, ConversationRow
from api.participants.repository import participant
from api.privacy.envelope import DataKey
from api.problems import ApiError, GoneError, InvalidFieldError, NotFoundError

Kind = Literal["turn", "recording"]
MEDIA_TYPES: dict[Kind, str] = {"turn": "audio/wav", "recording": "audio/ogg"}
MOST_BYTES = 128 * 1024 * 1024


async def store(
    context: Context, conversation_id: str, kind: Kind, number: int, sha256: str, content: AsyncIterable[bytes]
) -> None:
    """On disk when this returns; the same content again changes nothing, other content stands beside it."""
    plain = await _received(content, sha256)
    async with context.database.reading() as session:
        row = await conversation(session, conversation_id)
        if await _stored(session, conversation_id, kind, number, sha256):
            return
        key = await _key(context, session, row)
    sealed = await asyncio.to_thread(key.encrypt, plain, context=_place(conversation_id, kind, number, sha256))
    blob = await context.blobs.write(sealed)
    try:
        async with context.database.writing() as session:
            session.add(
                AudioRow(
                    conversation_id=conversation_id,
                    kind=kind,
                    number=number,
                    sha256=sha256,
                    bytes=len(plain),
                    media_type=MEDIA_TYPES[kind],
                    blob=blob,
                    stored_at=context.clock(),
                )
            )
    except IntegrityError:
        # Delivered twice at the same time: the other one stands.
        await context.blobs.delete(blob)


async def find(context: Context, conversation_id: str, kind: Kind, number: int, sha256: str | None = None) -> AudioRow:
    """By its digest, or else what the log says is this turn or part, or else the last stored.

    Raises `NotFoundError`.
    """
    async with context.database.reading() as session:
        await conversation(session, conversation_id)
        query = select(AudioRow).where(
            AudioRow.conversation_id == conversation_id, AudioRow.kind == kind, AudioRow.number == number
        )
        stored = {row.sha256: row for row in await session.scalars(query.order_by(AudioRow.stored_at))}
        wanted = [sha256] if sha256 else [*stored, *await _logged(session, conversation_id, kind, number)]
    for digest in reversed(wanted):
        if digest in stored:
            return stored[digest]
    raise NotFoundError


async def read(context: Context, audio: AudioRow) -> bytes:
    """The audio itself; raises `GoneError` when its participant's key was destroyed."""
    async with context.database.reading() as session:
        key = await _key(context, session, await conversation(session, audio.conversation_id))
    sealed = await context.blobs.read(audio.blob)
    place = _place(audio.conversation_id, audio.kind, audio.number, audio.sha256)
    return await asyncio.to_thread(key.decrypt, sealed, context=place)


async def _received(content: AsyncIterable[bytes], sha256: str) -> bytes:
    digest = hashlib.sha256()
    received = bytearray()
    async for piece in content:
        received += piece
        if len(received) > MOST_BYTES:
            raise ApiError(f"The audio is too long; allowed: {MOST_BYTES} bytes.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        digest.update(piece)
    if digest.hexdigest() != sha256:
        raise InvalidFieldError("X-Content-SHA256", "is not the digest of what arrived; send it again")
    return bytes(received)


def _place(conversation_id: str, kind: str, number: int, sha256: str) -> str:
    return f"audio:{conversation_id}:{kind}:{number}:{sha256}"


async def _key(context: Context, session: AsyncSession, row: ConversationRow) -> DataKey:
    owner = await participant(session, row.participant_id)
    if owner.wrapped_key is None:
        raise GoneError("The participant withdrew; the key of this audio was destroyed.")
    return context.master_key.unwrap(owner.wrapped_key, owner.id)


async def _stored(session: AsyncSession, conversation_id: str, kind: Kind, number: int, sha256: str) -> bool:
    return await session.get(AudioRow, (conversation_id, kind, number, sha256)) is not None


async def _logged(session: AsyncSession, conversation_id: str, kind: Kind, number: int) -> list[str]:
    type_, number_field, digest_field = {
        "turn": ("user_turn", "turn", "audio_sha256"),
        "recording": ("recording_stored", "part", "sha256"),
    }[kind]
    events = await events_of(session, conversation_id, [type_])
    return [event.body[digest_field] for event in events if event.body[number_field] == number]
