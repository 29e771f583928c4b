"""The study's data as files, streamed."""

from http import HTTPStatus

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from api.access import researcher_only
from api.context import UsesContext
from api.exports import export_service
from api.exports.codebook import codebook
from api.exports.schemas import Codebook
from api.problems import responses

router = APIRouter(
    prefix="/api/researcher/exports",
    tags=["exports"],
    dependencies=[Depends(researcher_only)],
    responses=responses(HTTPStatus.UNAUTHORIZED),
)


def _download(name: str, media_type: str, content: export_service.Lines) -> StreamingResponse:
    return StreamingResponse(
        content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.get("/conversations.csv", operation_id="exportConversationsCsv", response_class=StreamingResponse)
async def conversations_csv(context: UsesContext) -> StreamingResponse:
    return _download("conversations.csv", "text/csv", export_service.conversations_csv(context))


@router.get("/ratings.csv", operation_id="exportRatingsCsv", response_class=StreamingResponse)
async def ratings_csv(context: UsesContext) -> StreamingResponse:
    return _download("ratings.csv", "text/csv", export_service.ratings_csv(context))


@router.get("/turn_delays.csv", operation_id="exportTurnDelaysCsv", response_class=StreamingResponse)
async def turn_delays_csv(context: UsesContext) -> StreamingResponse:
    return _download("turn_delays.csv", "text/csv", export_service.turn_delays_csv(context))


@router.get("/conversations.jsonl", operation_id="exportConversationsJsonl", response_class=StreamingResponse)
async def conversations_jsonl(context: UsesContext) -> StreamingResponse:
    return _download("conversations.jsonl", "application/x-ndjson", export_service.conversations_jsonl(context))


@router.get("/events.jsonl", operation_id="exportEventsJsonl", response_class=StreamingResponse)
async def events_jsonl(context: UsesContext) -> StreamingResponse:
    return _download("events.jsonl", "application/x-ndjson", export_service.events_jsonl(context))


@router.get("/codebook.csv", operation_id="exportCodebookCsv", response_class=StreamingResponse)
async def codebook_csv() -> StreamingResponse:
    return _download("codebook.csv", "text/csv", export_service.codebook_csv())


@router.get("/codebook.json", operation_id="exportCodebookJson")
async def codebook_json() -> Codebook:
    """What each column of each file means."""
    return codebook()
