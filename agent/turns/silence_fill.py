"""Audio that never stops: silence where a muted or lost microphone sends nothing.

The detector counts silence in audio; without frames a turn would never end.
"""

import asyncio
from collections.abc import Callable

from livekit import rtc
from livekit.agents.voice import io

PATIENCE_S = 0.2
"""Without a frame for this long, silence takes its place, beginning with the time already lost."""


class SilenceFill(io.AudioInput):
    """Passes the frames of ``source`` on, and silence at real-time pace while there are none.

    ``on_gap`` is called once when frames stop coming, ``on_frames`` when they come again. The queue between the
    source and the session is bounded by what the session has not read in five minutes; beyond it the oldest frames
    are dropped.
    """

    def __init__(
        self,
        source: io.AudioInput,
        *,
        sample_rate_hz: int,
        frame_s: float = 0.02,
        on_gap: Callable[[], None] | None = None,
        on_frames: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(label="SilenceFill", source=source)
        self._microphone = source
        self._frames: asyncio.Queue[rtc.AudioFrame | None] = asyncio.Queue(maxsize=15_000)
        self._rate = sample_rate_hz
        self._frame_s = frame_s
        self._on_gap, self._on_frames = on_gap, on_frames
        self._reader: asyncio.Task[None] | None = None
        self._filled_until: float | None = None
        self._last_frame_at: float | None = None

    async def __anext__(self) -> rtc.AudioFrame:
        loop = asyncio.get_running_loop()
        if self._reader is None:
            self._reader = loop.create_task(self._read())
            self._last_frame_at = loop.time()
        while True:
            due = self._due(loop.time())
            try:
                async with asyncio.timeout_at(due):
                    frame = await self._frames.get()
            except TimeoutError:
                if self._frames.empty():
                    return self._silence(due)
                continue
            if frame is None:
                raise StopAsyncIteration
            if self._filled_until is not None and self._on_frames is not None:
                self._on_frames()
            self._filled_until = None
            self._last_frame_at = loop.time()
            return frame

    async def aclose(self) -> None:
        """Stop reading the source."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    def _due(self, now: float) -> float:
        if self._filled_until is not None:
            return self._filled_until + self._frame_s
        return (now if self._last_frame_at is None else self._last_frame_at) + PATIENCE_S

    def _silence(self, due: float) -> rtc.AudioFrame:
        length_s = self._frame_s
        if self._filled_until is None:
            length_s = PATIENCE_S
            if self._on_gap is not None:
                self._on_gap()
        self._filled_until = due
        samples = int(length_s * self._rate)
        return rtc.AudioFrame(bytes(2 * samples), self._rate, 1, samples)

    async def _read(self) -> None:
        async for frame in self._microphone:
            if self._frames.full():
                self._frames.get_nowait()
            self._frames.put_nowait(frame)
        self._frames.put_nowait(None)
