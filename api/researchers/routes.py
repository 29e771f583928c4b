"""Signing in and out."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response

from api.access import RESEARCHER_COOKIE, SignedInResearcher, public
from api.context import UsesContext
from api.problems import responses
from api.researchers import sign_in_service
from api.researchers.schemas import ResearcherSession, SignIn

router = APIRouter(prefix="/api/researcher", tags=["researcher"])


@router.post(
    "/login",
    operation_id="signIn",
    dependencies=[Depends(public)],
    responses=responses(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS),
)
async def login(sent: SignIn, request: Request, response: Response, context: UsesContext) -> ResearcherSession:
    caller = request.client.host if request.client else ""
    token = await sign_in_service.sign_in(context, sent.password, caller=caller)
    response.set_cookie(
        RESEARCHER_COOKIE,
        token,
        max_age=sign_in_service.SESSION_S,
        path="/api/researcher",
        secure=context.settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )
    return await sign_in_service.session_shown(context)


@router.post("/logout", operation_id="signOut", status_code=HTTPStatus.NO_CONTENT)
async def logout(session_hash: SignedInResearcher, response: Response, context: UsesContext) -> None:
    await sign_in_service.sign_out(context, session_hash)
    response.delete_cookie(RESEARCHER_COOKIE, path="/api/researcher")


@router.get("/session", operation_id="readSession", responses=responses(HTTPStatus.UNAUTHORIZED))
async def session(_: SignedInResearcher, context: UsesContext) -> ResearcherSession:
    """Whether one is signed in, and the study with its models and scenarios for the filters."""
    return await sign_in_service.session_shown(context)
