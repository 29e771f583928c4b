"""Who may call a route: every route names exactly one policy, and a test walks them all."""

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends, Request

from api.context import UsesContext
from api.participants.repository import participant_by_session
from api.problems import NotSignedInError
from api.researchers.repository import researcher_session_is_valid
from contracts.base import ParticipantId

PARTICIPANT_COOKIE = "earwitness_participant"
RESEARCHER_COOKIE = "earwitness_researcher"
SESSION_TOKEN_BYTES = 32
_LONGEST_COOKIE = 200


def session_hash(token: str) -> str:
    """How a session token is stored: the token itself stands in the browser's cookie only."""
    return hashlib.sha256(token.encode()).hexdigest()


class Policy:
    """A dependency that lets a request through or answers 401."""


class Public(Policy):
    """Anybody; the route shows nothing that is anybody's."""

    async def __call__(self) -> None:
        return None


class ParticipantOnly(Policy):
    """The holder of a participant's cookie, and for nothing but that participant's own path."""

    async def __call__(self, request: Request, context: UsesContext) -> ParticipantId:
        token = request.cookies.get(PARTICIPANT_COOKIE, "")
        if not token or len(token) > _LONGEST_COOKIE:
            raise NotSignedInError
        async with context.database.reading() as session:
            participant_id = await participant_by_session(session, session_hash(token))
        if participant_id is None:
            raise NotSignedInError
        return participant_id


class ResearcherOnly(Policy):
    """A signed-in researcher."""

    async def __call__(self, request: Request, context: UsesContext) -> str:
        token = request.cookies.get(RESEARCHER_COOKIE, "")
        if not token or len(token) > _LONGEST_COOKIE:
            raise NotSignedInError
        hashed = session_hash(token)
        async with context.database.reading() as session:
            valid = await researcher_session_is_valid(session, hashed, now=context.clock())
        if not valid:
            raise NotSignedInError
        return hashed


class WorkerOnly(Policy):
    """The agent worker, by its bearer token."""

    async def __call__(self, request: Request, context: UsesContext) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        expected = context.settings.worker_token.encode()
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), expected):
            raise NotSignedInError("The worker's bearer token is missing or wrong.")


public = Public()
participant_only = ParticipantOnly()
researcher_only = ResearcherOnly()
worker_only = WorkerOnly()

SignedInParticipant = Annotated[ParticipantId, Depends(participant_only)]
SignedInResearcher = Annotated[str, Depends(researcher_only)]
