"""What was really said: text and audio kept together from synthesis to the loudspeaker.

Every frame names the utterance that it belongs to. An output at the end of the session's chain counts what was
played, so that an interrupted answer is cut to the words that were heard, whatever the kind of model.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from livekit import rtc
from livekit.agents.voice import io

from agent.session.delay import TurnMarks

Voice = Literal["model", "tts", "harness"]

_TAG = "earwitness_tag"
SLOWEST_SPEECH_CHARS_PER_S = 12.0
"""Bounds how much text the audio of an unfinished utterance can have covered."""


@dataclass(slots=True)
class Utterance:
    """Text and the length of the audio that says it; both grow while it is produced."""

    voice: Voice
    text: str = ""
    audio_s: float = 0.0
    complete: bool = False

    def heard(self, played_s: float) -> str:
        """The words heard when playing stopped after ``played_s`` seconds of it."""
        if self.complete and played_s >= self.audio_s - 0.01:
            return self.text
        whole_s = self.audio_s if self.complete else max(self.audio_s, len(self.text) / SLOWEST_SPEECH_CHARS_PER_S)
        return "" if whole_s <= 0 else _whole_words(self.text, int(len(self.text) * min(1.0, played_s / whole_s)))


@dataclass(frozen=True, slots=True)
class FrameTag:
    utterance: Utterance
    marks: TurnMarks | None
    turn: int


def tag(frame: rtc.AudioFrame, utterance: Utterance, *, marks: TurnMarks | None, turn: int) -> rtc.AudioFrame:
    """The frame, counted into its utterance and labelled with it."""
    utterance.audio_s += frame.duration
    frame.userdata[_TAG] = FrameTag(utterance=utterance, marks=marks, turn=turn)
    return frame


@dataclass(frozen=True, slots=True)
class Said:
    """One voice's contribution to a finished or interrupted answer."""

    voice: Voice
    text: str


@dataclass(frozen=True, slots=True)
class Playback:
    turn: int
    said: tuple[Said, ...]
    interrupted: bool

    @property
    def text(self) -> str:
        return " ".join(part.text.strip() for part in self.said if part.text.strip())


@dataclass(slots=True)
class _Captured:
    turn: int = 0
    spans: list[tuple[Utterance, float]] = field(default_factory=list)
    """Each utterance with the seconds of it that were handed on, in order."""


class SpokenOutput(io.AudioOutput):
    """Passes audio on, reports each answer's first frame and, once its playing is over, what of it was heard.

    ``on_first_frame(tag)`` comes when an answer starts to play; ``on_played(playback)`` when it is over.
    """

    def __init__(
        self,
        next_in_chain: io.AudioOutput,
        *,
        on_first_frame: Callable[[FrameTag], None],
        on_played: Callable[[Playback], None],
    ) -> None:
        super().__init__(
            label="Spoken",
            next_in_chain=next_in_chain,
            sample_rate=next_in_chain.sample_rate,
            capabilities=io.AudioOutputCapabilities(pause=True),
        )
        self._sink = next_in_chain if self.next_in_chain is None else self.next_in_chain
        self._on_first_frame, self._on_played = on_first_frame, on_played
        self._captured: deque[_Captured] = deque()
        self._open: _Captured | None = None
        self._waiting_first: FrameTag | None = None
        self._settled = False
        self.on("playback_finished", self._forget_cancelled)

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        label = frame.userdata.get(_TAG)
        if self._open is None:
            self._open = _Captured()
            self._captured.append(self._open)
            self._waiting_first = label if isinstance(label, FrameTag) else None
        if isinstance(label, FrameTag):
            self._open.turn = label.turn
            spans = self._open.spans
            if spans and spans[-1][0] is label.utterance:
                spans[-1] = (label.utterance, spans[-1][1] + frame.duration)
            else:
                spans.append((label.utterance, frame.duration))
        await self._sink.capture_frame(frame)

    def flush(self) -> None:
        super().flush()
        self._open = None
        self._sink.flush()

    def clear_buffer(self) -> None:
        self._sink.clear_buffer()

    def on_playback_started(self, *, created_at: float) -> None:
        if self._waiting_first is not None:
            first, self._waiting_first = self._waiting_first, None
            if first.marks is not None:
                first.marks.started_playing(created_at)
            self._on_first_frame(first)
        super().on_playback_started(created_at=created_at)

    def on_playback_finished(
        self, *, playback_position: float, interrupted: bool, synchronized_transcript: str | None = None
    ) -> None:
        self._settled = True
        if self._captured:
            captured = self._captured.popleft()
            if captured is self._open:
                self._open = None
            playback = _playback(captured, playback_position, interrupted=interrupted)
            synchronized_transcript = playback.text if interrupted else synchronized_transcript
            if captured.spans:
                self._on_played(playback)
        super().on_playback_finished(
            playback_position=playback_position,
            interrupted=interrupted,
            synchronized_transcript=synchronized_transcript,
        )

    def _forget_cancelled(self, _: io.PlaybackFinishedEvent) -> None:
        # A capture that the sink never took ends without `on_playback_finished`.
        if not self._settled and self._captured:
            self._captured.popleft()
        self._settled = False


def _playback(captured: _Captured, position_s: float, *, interrupted: bool) -> Playback:
    said: list[Said] = []
    left_s = position_s if interrupted else float("inf")
    for utterance, handed_on_s in captured.spans:
        text = utterance.text if left_s >= handed_on_s and utterance.complete else utterance.heard(left_s)
        if not interrupted:
            text = utterance.text
        if said and said[-1].voice == utterance.voice:
            said[-1] = Said(utterance.voice, said[-1].text + text)
        else:
            said.append(Said(utterance.voice, text))
        left_s -= handed_on_s
        if left_s <= 0:
            break
    return Playback(turn=captured.turn, said=tuple(said), interrupted=interrupted)


def _whole_words(text: str, count: int) -> str:
    """The words of which at least a part lies within the first ``count`` characters, less a word hardly begun."""
    if count >= len(text):
        return text
    cut = text.rfind(" ", 0, count + 1)
    word_start = cut + 1
    word_end = text.find(" ", word_start)
    word_end = len(text) if word_end < 0 else word_end
    if count - word_start >= (word_end - word_start) / 2:
        return text[:word_end]
    return text[: max(cut, 0)]
