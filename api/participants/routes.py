"""The participant's path over HTTP; `docs/browser-protocol.md` describes each call."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response

from api.access import PARTICIPANT_COOKIE, SignedInParticipant, public
from api.context import UsesContext
from api.participants import path_service
from api.participants.schemas import Arrival, Connection, ConsentGiven, MicrophoneReport, View
from api.problems import responses
from api.ratings import rating_service
from api.ratings.schemas import RatingDraftSent, RatingSent

router = APIRouter(prefix="/api/participation", tags=["participation"])

_PATH_ERRORS = responses(HTTPStatus.UNAUTHORIZED, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
_BUSY = responses(HTTPStatus.SERVICE_UNAVAILABLE)
_YEAR_S = 365 * 24 * 3600


@router.post(
    "",
    operation_id="arrive",
    dependencies=[Depends(public)],
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)
async def arrive(arrival: Arrival, request: Request, response: Response, context: UsesContext) -> View:
    """Arrive by the study's link; the same cookie or the same recruitment ids come back to the same place."""
    view, new_token = await path_service.arrive(context, arrival, token=request.cookies.get(PARTICIPANT_COOKIE))
    if new_token is not None:
        response.set_cookie(
            PARTICIPANT_COOKIE,
            new_token,
            max_age=_YEAR_S,
            path="/api/participation",
            secure=context.settings.secure_cookies,
            httponly=True,
            samesite="lax",
        )
    return view


@router.get("", operation_id="readParticipation", responses=responses(HTTPStatus.UNAUTHORIZED))
async def read(participant: SignedInParticipant, context: UsesContext) -> View:
    """Where the participant is; the page shows exactly this."""
    return await path_service.view(context, participant)


@router.post("/begin", operation_id="begin", responses=_PATH_ERRORS)
async def begin(participant: SignedInParticipant, context: UsesContext) -> View:
    return await path_service.begin(context, participant)


@router.post("/consent", operation_id="giveConsent", responses=_PATH_ERRORS)
async def consent(given: ConsentGiven, participant: SignedInParticipant, context: UsesContext) -> View:
    return await path_service.consent(context, participant, given)


@router.post("/microphone", operation_id="reportMicrophone", responses=_PATH_ERRORS)
async def microphone(report: MicrophoneReport, participant: SignedInParticipant, context: UsesContext) -> View:
    """The check passed; the model and the scenario are drawn."""
    return await path_service.microphone(context, participant, report)


@router.post("/conversation", operation_id="startConversation", responses=_PATH_ERRORS | _BUSY)
async def start_conversation(participant: SignedInParticipant, context: UsesContext) -> View:
    """Admit, make the room, dispatch an agent; 503 with ``retry_after_s`` when every place is taken."""
    return await path_service.start_conversation(context, participant)


@router.get("/connection", operation_id="readConnection", responses=_PATH_ERRORS | _BUSY)
async def connection(participant: SignedInParticipant, context: UsesContext) -> Connection:
    """A token for this participant's room; asked anew after every reload."""
    return await path_service.connection(context, participant)


@router.post("/conversation/end", operation_id="endConversation", responses=_PATH_ERRORS)
async def end_conversation(participant: SignedInParticipant, context: UsesContext) -> View:
    """The participant ends the conversation early."""
    return await path_service.end_conversation(context, participant)


@router.put("/rating-draft", operation_id="saveRatingDraft", status_code=HTTPStatus.NO_CONTENT, responses=_PATH_ERRORS)
async def rating_draft(draft: RatingDraftSent, participant: SignedInParticipant, context: UsesContext) -> None:
    await rating_service.save_draft(context, participant, draft)


@router.post("/rating", operation_id="rate", responses=_PATH_ERRORS)
async def rating(sent: RatingSent, participant: SignedInParticipant, context: UsesContext) -> View:
    await rating_service.submit(context, participant, sent)
    return await path_service.view(context, participant)
