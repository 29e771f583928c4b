"""A participant's microphone and loudspeaker without a room."""

import asyncio
import time

from livekit import rtc
from livekit.agents.voice import io

RATE_HZ = 16_000
FRAME_SAMPLES = RATE_HZ // 50


class Microphone(io.AudioInput):
    """Frames pushed by the test; `say` in real time, `pour` at once."""

    def __init__(self) -> None:
        super().__init__(label="Microphone")
        self._frames: asyncio.Queue[rtc.AudioFrame | None] = asyncio.Queue()
        self.muted = False

    async def __anext__(self) -> rtc.AudioFrame:
        frame = await self._frames.get()
        if frame is None:
            raise StopAsyncIteration
        return frame

    def pour(self, pcm: bytes) -> None:
        for frame in frames_of(pcm):
            self._frames.put_nowait(frame)

    async def live(self, script: "asyncio.Queue[bytes]") -> None:
        """A microphone that is never silent in time: room tone, and what the script holds; until cancelled."""
        started, sent = asyncio.get_running_loop().time(), 0
        pending: list[rtc.AudioFrame] = []
        while True:
            if not pending and not script.empty():
                pending = frames_of(script.get_nowait())
            frame = pending.pop(0) if pending else rtc.AudioFrame(bytes(2 * FRAME_SAMPLES), RATE_HZ, 1, FRAME_SAMPLES)
            sent += 1
            if not self.muted:
                self._frames.put_nowait(frame)
            await asyncio.sleep(max(0.0, started + sent * 0.02 - asyncio.get_running_loop().time()))


class Loudspeaker(io.AudioOutput):
    """Plays ``speed`` times as fast as real time; remembers when sound began and stopped."""

    def __init__(self, *, speed: float = 1.0) -> None:
        super().__init__(label="Loudspeaker", capabilities=io.AudioOutputCapabilities(pause=False), sample_rate=24_000)
        self._speed = speed
        self._queued_s = 0.0
        self._started: float | None = None
        self._ending: asyncio.TimerHandle | None = None
        self.started_at: list[float] = []
        self.stopped_at: list[float] = []
        self.interruptions = 0
        self.playing = asyncio.Event()

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if self._started is None:
            self._started = asyncio.get_running_loop().time()
            self.started_at.append(time.time())
            self.playing.set()
            self.on_playback_started(created_at=time.time())
        self._queued_s += frame.duration

    def flush(self) -> None:
        super().flush()
        if self._started is None:
            return
        loop = asyncio.get_running_loop()
        self._ending = loop.call_at(self._started + self._queued_s / self._speed, self._finish, False)

    def clear_buffer(self) -> None:
        if self._started is not None:
            if self._ending is not None:
                self._ending.cancel()
            self._finish(True)

    def _finish(self, interrupted: bool) -> None:
        assert self._started is not None
        played = (asyncio.get_running_loop().time() - self._started) * self._speed
        position = min(played, self._queued_s)
        self.interruptions += interrupted
        self.stopped_at.append(time.time())
        self._started, self._queued_s, self._ending = None, 0.0, None
        self.on_playback_finished(playback_position=position, interrupted=interrupted)


def frames_of(pcm: bytes) -> list[rtc.AudioFrame]:
    size = 2 * FRAME_SAMPLES
    return [
        rtc.AudioFrame(pcm[start : start + size].ljust(size, b"\0"), RATE_HZ, 1, FRAME_SAMPLES)
        for start in range(0, len(pcm), size)
    ]


def silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE_HZ))
