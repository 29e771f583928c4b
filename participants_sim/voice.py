"""A participant's voice and ears in a LiveKit room, in real time, on one clock."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from livekit import rtc

from contracts.room_event import TOPIC, RoomEvent, RoomEventBody, room_event_adapter
from participants_sim.speech import Utterance

FRAME_MS = 10
AUDIBLE_AMPLITUDE = 250
"""Of int16 samples: above an Opus-coded silence, below any speech."""


@dataclass(slots=True)
class Voice:
    """Speaks into the room and listens to the agent; silence flows whenever nothing is said, as from a microphone."""

    sample_rate_hz: int = 16_000
    room: rtc.Room = field(default_factory=rtc.Room)
    events: list[RoomEvent] = field(default_factory=list)
    heard: list[tuple[float, int]] = field(default_factory=list)
    """(monotonic s, peak amplitude) of each frame of the agent."""
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _pending: deque[tuple[bytes, asyncio.Future[float] | None]] = field(default_factory=deque)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def connect(self, url: str, token: str) -> None:
        """Join, publish the microphone and start listening."""
        self.room.on("data_received", self._on_data)
        self.room.on("track_subscribed", self._on_track)
        await self.room.connect(url, token, rtc.RoomOptions(auto_subscribe=True))
        source = rtc.AudioSource(self.sample_rate_hz, 1, queue_size_ms=2 * FRAME_MS)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=False, red=True)
        await self.room.local_participant.publish_track(track, options)
        self._tasks.append(asyncio.create_task(self._speak(source)))

    async def aclose(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.room.disconnect()

    async def say(self, utterance: Utterance) -> float:
        """Speak; returns the monotonic time at which its last sample went out."""
        if utterance.sample_rate_hz != self.sample_rate_hz:
            raise ValueError(f"utterance has {utterance.sample_rate_hz} Hz, the microphone {self.sample_rate_hz} Hz")
        said: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        n = self.sample_rate_hz * FRAME_MS // 1000
        frames = [utterance.samples[i : i + n] for i in range(0, len(utterance.samples), n)]
        for frame in frames[:-1]:
            self._pending.append((frame.tobytes(), None))
        last = np.zeros(n, dtype=np.int16)
        last[: len(frames[-1])] = frames[-1]
        self._pending.append((last.tobytes(), said))
        return await said

    async def until(self, wanted: Callable[[RoomEventBody], bool], *, after: int = 0, timeout_s: float = 30.0) -> int:
        """Wait for an event at or behind index ``after``; returns the index behind it."""

        def found() -> int | None:
            return next((i + 1 for i in range(after, len(self.events)) if wanted(self.events[i].body)), None)

        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: found() is not None), timeout_s)
            index = found()
            assert index is not None  # noqa: S101 - the wait ended on it
            return index

    async def first_heard_after(self, moment: float, timeout_s: float = 30.0) -> float:
        """The monotonic time of the first audible agent frame after ``moment``."""

        def found() -> float | None:
            return next((t for t, peak in self.heard if t > moment and peak > AUDIBLE_AMPLITUDE), None)

        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: found() is not None), timeout_s)
            heard = found()
            assert heard is not None  # noqa: S101 - the wait ended on it
            return heard

    async def quiet_for(self, duration_s: float, timeout_s: float = 30.0) -> None:
        """Return when the agent has been inaudible for ``duration_s``."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            last = max((t for t, peak in self.heard if peak > AUDIBLE_AMPLITUDE), default=0.0)
            remaining = last + duration_s - time.monotonic()
            if remaining <= 0:
                return
            await asyncio.sleep(min(remaining, 0.05))
        raise TimeoutError(f"the agent was not quiet for {duration_s} s within {timeout_s} s")

    async def _speak(self, source: rtc.AudioSource) -> None:
        n = self.sample_rate_hz * FRAME_MS // 1000
        silence = bytes(2 * n)
        while True:
            data, said = self._pending.popleft() if self._pending else (silence, None)
            # The source's queue paces this loop.
            await source.capture_frame(rtc.AudioFrame(data, self.sample_rate_hz, 1, n))
            if said is not None and not said.done():
                said.set_result(time.monotonic())

    def _on_track(self, track: rtc.Track, _publication: object, _participant: object) -> None:
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            self._tasks.append(asyncio.get_running_loop().create_task(self._listen(track)))

    async def _listen(self, track: rtc.Track) -> None:
        stream = rtc.AudioStream(track, sample_rate=24_000, num_channels=1, frame_size_ms=FRAME_MS)
        with contextlib.suppress(asyncio.CancelledError):
            async for event in stream:
                samples = np.frombuffer(event.frame.data, dtype=np.int16)
                peak = int(np.abs(samples.astype(np.int32)).max()) if samples.size else 0
                async with self._changed:
                    self.heard.append((time.monotonic(), peak))
                    self._changed.notify_all()
        await stream.aclose()

    def _on_data(self, packet: rtc.DataPacket) -> None:
        if packet.topic == TOPIC:
            event = room_event_adapter.validate_json(packet.data)
            self._tasks.append(asyncio.get_running_loop().create_task(self._note(event)))

    async def _note(self, event: RoomEvent) -> None:
        async with self._changed:
            self.events.append(event)
            self._changed.notify_all()
