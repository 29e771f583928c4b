"""Tells the participant's page what happens, and nobody else."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from agent.clock import Clock
from agent.room.packet import packet
from contracts.room_event import RoomEvent, RoomEventBody

logger = structlog.get_logger(__name__)

WAITING = 1000
SEND_TIMEOUT_S = 5.0


class RoomPublisher:
    """Sends events in order, one packet each. While more than `WAITING` wait, the oldest are dropped: whoever comes
    back into the room gets a snapshot anyway.

    ``send`` delivers one packet to the participant.
    """

    def __init__(self, send: Callable[[bytes], Awaitable[None]], *, clock: Clock) -> None:
        self._send, self._clock = send, clock
        self._queue: asyncio.Queue[RoomEvent] = asyncio.Queue(maxsize=WAITING)
        self._task = asyncio.get_running_loop().create_task(self._run())

    def publish(self, body: RoomEventBody) -> None:
        if self._queue.full():
            self._queue.get_nowait()
            self._queue.task_done()
        self._queue.put_nowait(RoomEvent(sent_at=self._clock.now(), body=body))

    async def drain(self, timeout_s: float) -> None:
        """Wait until everything is sent, or for the given time."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._queue.join()
        except TimeoutError:
            logger.warning("some room events were not sent in time")

    async def aclose(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            event = await self._queue.get()
            try:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await self._send(packet(event))
            except Exception as error:  # noqa: BLE001 - the room's client raises what it likes; the next event may pass
                logger.warning("a room event could not be sent", error=type(error).__name__)
            finally:
                self._queue.task_done()
