"""The agent jobs' side of the API; `docs/worker-protocol.md` describes each call."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi import Path as InPath

from api.access import worker_only
from api.context import UsesContext
from api.conversations import audio_service, brief_service, event_service, heartbeat_service
from api.conversations.schemas import SOURCE_PATTERN, InConversationPath
from api.problems import responses
from contracts.brief import ConversationBrief, Heartbeat, HeartbeatAnswer
from contracts.conversation_event import EventBatch, EventsAcknowledged

router = APIRouter(
    prefix="/worker/conversations/{conversation_id}",
    tags=["worker"],
    dependencies=[Depends(worker_only)],
    responses=responses(HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND),
)

Sha256 = Annotated[str, Header(alias="X-Content-SHA256", pattern=r"^[0-9a-f]{64}$")]
Turn = Annotated[int, InPath(ge=1, le=100_000)]
Part = Annotated[int, InPath(ge=1, le=100_000)]
Source = Annotated[str, Query(pattern=SOURCE_PATTERN)]


@router.get("/brief", operation_id="readBrief", responses=responses(HTTPStatus.GONE))
async def brief(conversation_id: InConversationPath, source: Source, context: UsesContext) -> ConversationBrief:
    """The job named ``source`` now owns the conversation; an older one is superseded."""
    return await brief_service.take(context, conversation_id, source)


@router.post("/events", operation_id="deliverEvents", responses=responses(HTTPStatus.CONFLICT))
async def events(conversation_id: InConversationPath, batch: EventBatch, context: UsesContext) -> EventsAcknowledged:
    """Acknowledged events are stored; a repeated delivery stores nothing twice."""
    return await event_service.ingest(context, conversation_id, batch)


@router.put("/turns/{turn}/audio", operation_id="storeTurnAudio", status_code=HTTPStatus.NO_CONTENT)
async def store_turn_audio(
    conversation_id: InConversationPath, turn: Turn, sha256: Sha256, request: Request, context: UsesContext
) -> None:
    await audio_service.store(context, conversation_id, "turn", turn, sha256, request.stream())


@router.get("/turns/{turn}/audio", operation_id="readTurnAudio", response_class=Response)
async def read_turn_audio(conversation_id: InConversationPath, turn: Turn, context: UsesContext) -> Response:
    """For an agent that takes over."""
    audio = await audio_service.find(context, conversation_id, "turn", turn)
    return Response(await audio_service.read(context, audio), media_type=audio.media_type)


@router.put("/recordings/{part}", operation_id="storeRecording", status_code=HTTPStatus.NO_CONTENT)
async def store_recording(
    conversation_id: InConversationPath, part: Part, sha256: Sha256, request: Request, context: UsesContext
) -> None:
    await audio_service.store(context, conversation_id, "recording", part, sha256, request.stream())


@router.post("/heartbeat", operation_id="beat")
async def heartbeat(conversation_id: InConversationPath, beat: Heartbeat, context: UsesContext) -> HeartbeatAnswer:
    return await heartbeat_service.beat(context, conversation_id, beat)
