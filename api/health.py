"""Whether the process lives, and whether it can work."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError

from api.access import public
from api.context import UsesContext

router = APIRouter(tags=["health"], dependencies=[Depends(public)])


class Alive(BaseModel):
    model_config = ConfigDict(frozen=True)

    status: Literal["alive"]


class Readiness(BaseModel):
    model_config = ConfigDict(frozen=True)

    database: bool
    rooms: bool


@router.get("/healthz", operation_id="isAlive")
async def healthz() -> Alive:
    return Alive(status="alive")


@router.get("/readyz", operation_id="isReady", responses={503: {"model": Readiness}})
async def readyz(response: Response, context: UsesContext) -> Readiness:
    """503 while the database or the LiveKit server cannot be reached."""
    try:
        database = await context.database.is_reachable()
    except (SQLAlchemyError, OSError):
        database = False
    readiness = Readiness(database=database, rooms=await context.rooms.is_reachable())
    if not (readiness.database and readiness.rooms):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return readiness
