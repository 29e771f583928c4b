"""Delivers a spool to the API: at least once, in order, for as long as it takes."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog

from agent.delivery.recording_file import describe
from agent.delivery.spool import Spool
from agent.delivery.worker_api import ApiRefusedError, ApiUnavailableError, EventGapError, WorkerApi
from contracts.base import ConversationId
from contracts.conversation_event import ConversationEventBody, RecordingStored

logger = structlog.get_logger(__name__)

BATCH = 200
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
REFUSED_PAUSE_S = 60.0


class Delivery:
    """Sends what comes into a spool. The conversation only ever writes to the spool: the API's being away is not felt.

    `run` it as a task; after `finish` it returns when everything is delivered, and the spool is gone.
    """

    def __init__(
        self, spool: Spool, api: WorkerApi, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._spool, self._api, self._now = spool, api, now
        self._news = asyncio.Event()
        self._finishing = False

    def append(self, body: ConversationEventBody) -> None:
        """Log an event; delivered when the API takes it."""
        self._spool.append(body, self._now())
        self._news.set()

    def keep_turn_audio(self, turn: int, wav: bytes) -> str:
        """Keep a turn's audio; delivered ahead of the events that come after it."""
        digest = self._spool.keep_turn_audio(turn, wav)
        self._news.set()
        return digest

    def finish(self) -> None:
        """Nothing more will come: the recording is whole and may be sent."""
        self._finishing = True
        self._news.set()

    async def run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            self._news.clear()
            try:
                await self._send()
            except EventGapError as gap:
                self._spool.rewind(gap.through)
                continue
            except ApiUnavailableError:
                logger.warning("the API is not there, what is logged waits on disk", pause_s=pause_s)
            except ApiRefusedError as refused:
                logger.error("the API refuses what is logged, it stays on disk", status=refused.status)
                pause_s = REFUSED_PAUSE_S
            else:
                pause_s = FIRST_PAUSE_S
                if self._finishing and self._spool.empty:
                    self._spool.remove()
                    return
                await self._news.wait()
                continue
            await asyncio.sleep(pause_s * random.uniform(0.7, 1.3))
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S) if pause_s <= LONGEST_PAUSE_S else REFUSED_PAUSE_S

    async def _send(self) -> None:
        spool = self._spool
        while events := spool.unsent(BATCH):
            await asyncio.to_thread(spool.sync)
            spool.acknowledge(await self._api.send_events(spool.conversation_id, spool.source, events))
        for audio in spool.turn_audio():
            wav = await asyncio.to_thread(audio.path.read_bytes)
            await self._api.store_turn_audio(spool.conversation_id, audio.turn, wav)
            audio.path.unlink()
        if self._finishing and spool.recording.is_file():
            await self._send_recording()

    async def _send_recording(self) -> None:
        spool = self._spool
        stored = await asyncio.to_thread(describe, spool.recording)
        if stored is not None:
            content = await asyncio.to_thread(spool.recording.read_bytes)
            await self._api.store_recording(spool.conversation_id, spool.recording_part, content)
            if not spool.has_logged_recording():
                body = RecordingStored(
                    part=spool.recording_part,
                    sha256=stored.sha256,
                    duration_s=stored.duration_s,
                    started_at=spool.recording_started_at,
                )
                spool.append(body, self._now())
            while events := spool.unsent(BATCH):
                spool.acknowledge(await self._api.send_events(spool.conversation_id, spool.source, events))
        spool.recording.unlink()


async def deliver_leftovers(root: Path, api: WorkerApi, conversation: ConversationId | None = None) -> int:
    """Deliver what jobs that are gone left on this machine, of one conversation or of all; how many there were.

    Returns when all is delivered: a caller in a hurry puts a timeout around it, which loses nothing.
    """
    delivered = 0
    for folder in Spool.folders(root, conversation):
        spool = Spool.adopt(folder)
        if spool is None:
            continue
        delivery = Delivery(spool, api)
        delivery.finish()
        try:
            await delivery.run()
        except asyncio.CancelledError:
            spool.close()
            raise
        delivered += 1
    return delivered
