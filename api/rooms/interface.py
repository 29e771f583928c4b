"""Rooms: where a participant and an agent meet, as the API needs them."""

from typing import Protocol

from contracts.room_event import RoomEvent

AGENT_NAME = "earwitness"
"""One name for the agents of all models."""


class RoomsError(Exception):
    """The rooms' server refused or could not be reached."""

    def __init__(self, detail: str, *, retryable: bool) -> None:
        super().__init__(detail)
        self.retryable = retryable


class Rooms(Protocol):
    """Every call may raise `RoomsError`; each is bounded in time."""

    async def open(self, room: str) -> None:
        """Make the room; nothing happens when it is there."""
        ...

    async def dispatch(self, room: str, conversation_id: str) -> str:
        """Ask for an agent; the answer is the dispatch's id. That one comes is not promised."""
        ...

    async def remove_agents(self, room: str) -> None:
        """Withdraw every dispatch and put every agent out of the room; the participant stays."""
        ...

    async def send(self, room: str, event: RoomEvent) -> None:
        """Tell everybody in the room."""
        ...

    async def close(self, room: str) -> None:
        """Put everybody out; nothing happens when there is no such room."""
        ...

    async def is_reachable(self) -> bool:
        """Never raises."""
        ...

    def participant_token(self, room: str, identity: str) -> str:
        """Lets its holder join this one room and speak, for a short while; it names nothing else."""
        ...

    async def aclose(self) -> None: ...
