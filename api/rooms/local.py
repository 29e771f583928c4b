"""Rooms that exist in this process only: for tests, and for walking the path without a LiveKit server."""

import secrets
from dataclasses import dataclass, field

import structlog

from contracts.room_event import RoomEvent

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class LocalRoom:
    dispatches: list[tuple[str, str]] = field(default_factory=list)
    """Dispatch id and conversation id, those in force."""
    sent: list[RoomEvent] = field(default_factory=list)


class LocalRooms:
    """`api.rooms.interface.Rooms` without sound: nobody can talk in them."""

    def __init__(self) -> None:
        self.rooms: dict[str, LocalRoom] = {}
        self.dispatched: list[str] = []
        """The conversation of every dispatch ever asked for."""
        log.warning("Rooms are local: nobody can talk in them")

    async def open(self, room: str) -> None:
        self.rooms.setdefault(room, LocalRoom())

    async def dispatch(self, room: str, conversation_id: str) -> str:
        dispatch_id = secrets.token_hex(8)
        self.rooms.setdefault(room, LocalRoom()).dispatches.append((dispatch_id, conversation_id))
        self.dispatched.append(conversation_id)
        return dispatch_id

    async def remove_agents(self, room: str) -> None:
        if room in self.rooms:
            self.rooms[room].dispatches.clear()

    async def send(self, room: str, event: RoomEvent) -> None:
        if room in self.rooms:
            self.rooms[room].sent.append(event)

    async def close(self, room: str) -> None:
        self.rooms.pop(room, None)

    async def is_reachable(self) -> bool:
        return True

    def participant_token(self, room: str, identity: str) -> str:
        del room, identity
        return secrets.token_urlsafe(32)

    async def aclose(self) -> None:
        self.rooms.clear()
