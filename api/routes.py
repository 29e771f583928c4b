"""Every route of the API, in one table."""

from fastapi import APIRouter, FastAPI

from api import health
from api.conversations import routes as conversations
from api.exports import routes as exports
from api.human_subsets import routes as human_subsets
from api.participants import routes as participants
from api.problems import Problem
from api.researchers import routes as researchers
from api.worker import routes as worker
from contracts.room_event import RoomEvent

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    participants.router,
    researchers.router,
    conversations.router,
    exports.router,
    human_subsets.router,
    worker.router,
)


def include_routes(app: FastAPI) -> None:
    for router in ROUTERS:
        app.include_router(router)
    # Not a call: it puts what arrives over LiveKit, and the body of every error, among the page's generated types.
    app.webhooks.post("room-event", operation_id="roomEvent", responses={422: {"model": Problem}})(_room_event)


def _room_event(event: RoomEvent) -> None:
    """A packet on the room's topic ``earwitness``."""
    del event
