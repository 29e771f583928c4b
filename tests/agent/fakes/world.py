"""Records what a conversation logs and shows, and lets a test wait for it."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from contracts.base import Contract
from contracts.conversation_event import ConversationEventBody
from contracts.room_event import RoomEventBody

Body = TypeVar("Body", bound=Contract)


@dataclass
class Recorded:
    """A conversation's log and page in one."""

    logged: list[ConversationEventBody] = field(default_factory=list)
    logged_at: list[float] = field(default_factory=list)
    shown: list[RoomEventBody] = field(default_factory=list)
    audio: dict[int, bytes] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def append(self, body: ConversationEventBody) -> None:
        self.logged.append(body)
        self.logged_at.append(time.time())
        self._changed.set()

    def keep_turn_audio(self, turn: int, wav: bytes) -> str:
        self.audio[turn] = wav
        return hashlib.sha256(wav).hexdigest()

    def publish(self, body: RoomEventBody) -> None:
        self.shown.append(body)
        self._changed.set()

    def of(self, kind: type[Body]) -> list[Body]:
        return [body for body in [*self.logged, *self.shown] if isinstance(body, kind)]

    async def until(self, condition: Callable[["Recorded"], bool], *, timeout_s: float = 15.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition(self):
                self._changed.clear()
                await self._changed.wait()

    async def have(self, kind: type[Body], count: int = 1, *, timeout_s: float = 15.0) -> Body:
        """The ``count``-th event of a kind, once it is there."""
        await self.until(lambda seen: len(seen.of(kind)) >= count, timeout_s=timeout_s)
        return self.of(kind)[count - 1]
