"""Conversations as the researcher reads them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath

from api.access import researcher_only
from api.context import UsesContext
from api.conversations import audio_service, reading_service
from api.conversations.byte_range import ranged_response
from api.conversations.schemas import ConversationFilters, ConversationPage, ConversationShown, InConversationPath
from api.problems import responses

router = APIRouter(
    prefix="/api/researcher/conversations",
    tags=["researcher"],
    dependencies=[Depends(researcher_only)],
    responses=responses(HTTPStatus.UNAUTHORIZED),
)

Number = Annotated[int, InPath(ge=1, le=100_000)]
Sha256 = Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")]
_AUDIO = responses(HTTPStatus.NOT_FOUND, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)


@router.get("", operation_id="listConversations")
async def list_conversations(
    filters: Annotated[ConversationFilters, Query()], context: UsesContext
) -> ConversationPage:
    """Newest first."""
    return await reading_service.page(context, filters)


@router.get("/{conversation_id}", operation_id="readConversation", responses=responses(HTTPStatus.NOT_FOUND))
async def read_conversation(conversation_id: InConversationPath, context: UsesContext) -> ConversationShown:
    return await reading_service.shown(context, conversation_id)


@router.get(
    "/{conversation_id}/turns/{turn}/audio", operation_id="listenToTurn", response_class=Response, responses=_AUDIO
)
async def turn_audio(
    conversation_id: InConversationPath, turn: Number, request: Request, context: UsesContext, sha256: Sha256 = None
) -> Response:
    """The participant's turn as the model got it; byte ranges are honoured."""
    audio = await audio_service.find(context, conversation_id, "turn", turn, sha256)
    return ranged_response(await audio_service.read(context, audio), audio, request.headers.get("range"))


@router.get(
    "/{conversation_id}/recordings/{part}", operation_id="listenToRecording", response_class=Response, responses=_AUDIO
)
async def recording(
    conversation_id: InConversationPath, part: Number, request: Request, context: UsesContext, sha256: Sha256 = None
) -> Response:
    """Stereo: the participant left, the assistant right; byte ranges are honoured."""
    audio = await audio_service.find(context, conversation_id, "recording", part, sha256)
    return ranged_response(await audio_service.read(context, audio), audio, request.headers.get("range"))
