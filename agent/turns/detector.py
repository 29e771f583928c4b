"""Silero voice activity detection with turn rules of our own, in the shape the session expects.

One detector serves one conversation. It hands each finished segment, cut to what the model is to hear, to
``on_segment`` just before the session learns that speech has ended.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from livekit import rtc
from livekit.agents import utils, vad
from livekit.plugins.silero import onnx_model

from agent.clock import Clock
from agent.turns.level import LevelTracker
from agent.turns.segment_buffer import SegmentBuffer
from agent.turns.segments import Change, Rules, Speech, Window, hear, wait
from contracts.turn_taking import TurnTaking

MAX_BUFFERED_SPEECH_S = 600.0
SMOOTHING = 0.35
"""The library's exponential filter, so that its own way of counting is reproduced exactly."""


def load_silero() -> Any:
    """The Silero network, loaded once a process (blocking, about 50 ms)."""
    return onnx_model.new_inference_session(True)


@dataclass(frozen=True, slots=True)
class Segment:
    """A finished stretch of speech, from the pre-buffer to the kept tail."""

    frame: rtc.AudioFrame
    started_at: float
    """Wall time of its first sound."""
    stopped_at: float
    """Wall time of the true end of speech."""
    detected_monotonic: float
    """When the required silence was over."""
    speech_s: float
    silence_s: float


def _nothing(*_: object) -> None:
    return None


@dataclass(slots=True)
class Listener:
    """What the conversation wants to know, called on the event loop before the session is told."""

    on_started: Callable[[], None] = _nothing
    on_segment: Callable[[Segment], None] = _nothing
    on_ignored: Callable[[float], None] = _nothing
    """With the length of the ignored sound in seconds."""


class SpeechDetector(vad.VAD):
    """Detects turns by `agent.turns.segments`; ``assistant_speaking`` switches the burst guard on."""

    def __init__(self, network: Any, turn_taking: TurnTaking, *, clock: Clock | None = None) -> None:
        super().__init__(capabilities=vad.VADCapabilities(update_interval=0.032))
        self.turn_taking = turn_taking
        self.clock = clock or Clock()
        self.listener = Listener()
        self.assistant_speaking = False
        self._network = network

    @property
    def model(self) -> str:
        return "silero"

    @property
    def provider(self) -> str:
        return "ONNX"

    @property
    def min_silence_duration(self) -> float:
        """Read by the session."""
        return self.turn_taking.min_silence_s

    def stream(self) -> "SpeechStream":
        return SpeechStream(self, self._network)


class SpeechStream(vad.VADStream):
    """Feeds windows to the network and the rules, and turns their changes into the session's events."""

    def __init__(self, detector: SpeechDetector, network: Any) -> None:
        self._detector = detector
        self._rules = Rules.of(detector.turn_taking)
        self._model = onnx_model.OnnxModel(onnx_session=network, sample_rate=detector.turn_taking.sample_rate_hz)
        self._input_rate_hz = self._model.sample_rate
        self._reset()
        super().__init__(detector)

    def _reset(self) -> None:
        self._model.reset()
        self._filter = utils.ExpFilter(alpha=SMOOTHING)
        self._speech = Speech()
        self._heard_s = 0.0
        self._judged_s = 0.0
        self._pending: np.ndarray[Any, np.dtype[np.int16]] = np.empty(0, dtype=np.int16)
        self._level = LevelTracker(self._model.sample_rate)
        self._resampler: rtc.AudioResampler | None = None
        self._buffer = SegmentBuffer(self._input_rate_hz, MAX_BUFFERED_SPEECH_S)

    @utils.log_exceptions()
    async def _main_task(self) -> None:
        async for item in self._input_ch:
            if not isinstance(item, rtc.AudioFrame):
                self._reset()
                continue
            self._take(item)
            while len(self._pending) >= self._model.window_size_samples:
                self._judge_window()
                # A backlog must not hold up everything else on the loop.
                await asyncio.sleep(0)
            self._apply(*wait(self._speech, self._heard_s, self._rules))

    def _take(self, frame: rtc.AudioFrame) -> None:
        if frame.sample_rate != self._input_rate_hz:
            self._input_rate_hz = frame.sample_rate
            self._reset()
        if frame.sample_rate != self._model.sample_rate and self._resampler is None:
            self._resampler = rtc.AudioResampler(
                input_rate=frame.sample_rate,
                output_rate=self._model.sample_rate,
                quality=rtc.AudioResamplerQuality.QUICK,
            )
        self._buffer.append(bytes(frame.data.cast("B")))
        self._heard_s += frame.samples_per_channel / frame.sample_rate
        pieces = [frame] if self._resampler is None else self._resampler.push(frame)
        arrays = [np.frombuffer(piece.data, dtype=np.int16) for piece in pieces]
        self._pending = np.concatenate([self._pending, *arrays])

    def _judge_window(self) -> None:
        size = self._model.window_size_samples
        samples, self._pending = self._pending[:size], self._pending[size:]
        began = self._detector.clock.monotonic()
        raw = float(self._model(samples.astype(np.float32) / np.iinfo(np.int16).max))
        smoothed = float(self._filter.apply(exp=1.0, sample=raw))
        start_s = self._judged_s
        self._judged_s += size / self._model.sample_rate
        loud_s = self._level.loud_until(samples)
        window = Window(
            start_s=start_s,
            end_s=self._judged_s,
            raw=raw,
            smoothed=smoothed,
            loud_until_s=None if loud_s is None else start_s + loud_s,
        )
        speech, change = hear(self._speech, window, self._rules, assistant_speaking=self._detector.assistant_speaking)
        self._apply(speech, change)
        self._tell(
            vad.VADEventType.INFERENCE_DONE,
            probability=smoothed,
            inference_duration=self._detector.clock.monotonic() - began,
            raw_accumulated_silence=self._speech.silence_s,
            raw_accumulated_speech=self._speech.run_s,
        )

    def _apply(self, speech: Speech, change: Change | None) -> None:
        self._speech = speech
        listener = self._detector.listener
        if change is Change.STARTED:
            listener.on_started()
            self._tell(vad.VADEventType.START_OF_SPEECH)
        elif change is Change.ENDED:
            segment = self._cut()
            listener.on_segment(segment)
            self._tell(vad.VADEventType.END_OF_SPEECH, silence_duration=segment.silence_s, frames=[segment.frame])
            self._speech = replace(speech, onset_s=self._heard_s)
        elif change is Change.IGNORED:
            listener.on_ignored(speech.speech_s)
        if not self._speech.speaking and not self._speech.pending:
            keep_s = self._detector.turn_taking.prefix_padding_s + 2 * MARGIN_S
            self._buffer.drop_before(self._judged_s - keep_s)

    def _cut(self) -> Segment:
        taking, clock = self._detector.turn_taking, self._detector.clock
        now = clock.wall()
        silence_s = self._heard_s - self._speech.end_s
        audio = self._buffer.cut(
            self._speech.onset_s - taking.prefix_padding_s,
            min(self._speech.end_s + taking.kept_tail_s, self._heard_s),
        )
        rate = self._buffer.sample_rate_hz
        return Segment(
            frame=rtc.AudioFrame(audio, rate, 1, len(audio) // 2),
            started_at=now - (self._heard_s - self._speech.onset_s),
            stopped_at=now - silence_s,
            detected_monotonic=clock.monotonic(),
            speech_s=self._speech.speech_s,
            silence_s=silence_s,
        )

    def _tell(self, kind: vad.VADEventType, **fields: Any) -> None:
        speech = self._speech
        event: dict[str, Any] = {
            "samples_index": int(self._judged_s * self._model.sample_rate),
            "timestamp": self._judged_s,
            # Trailing silence does not make an interruption longer.
            "speech_duration": speech.speech_s if speech.speaking or kind is vad.VADEventType.END_OF_SPEECH else 0.0,
            "silence_duration": max(0.0, self._heard_s - speech.end_s),
            "speaking": speech.speaking,
        }
        self._event_ch.send_nowait(vad.VADEvent(type=kind, **(event | fields)))


MARGIN_S = 0.2
"""Kept beyond the pre-buffer while silent: an onset is known a few windows late."""
