"""The delay of an answer, in parts that sum to the whole because each begins where the one before it ended."""

from collections.abc import Callable
from dataclasses import dataclass, field

from contracts.conversation_event import DelayParts, TurnDelay

_MS = 1000.0


@dataclass(slots=True)
class TurnMarks:
    """The moments of one turn on the monotonic clock; ``stopped_wall`` is the true end of speech on the wall clock.

    A later mark of the same kind does not move the first one.
    """

    turn: int
    stopped_wall: float
    stopped: float
    detected: float
    monotonic: Callable[[], float]
    hook_entered: float | None = None
    heard: float | None = None
    """The turn is ready for the model: transcribed where it had to be."""
    first_token: float | None = None
    first_audio: float | None = None
    first_frame: float | None = None
    first_frame_wall: float | None = None
    _tools: list[tuple[float, float]] = field(default_factory=list)

    def enter_hook(self) -> None:
        self.hook_entered = self.hook_entered or self.monotonic()

    def leave_hook(self) -> None:
        self.heard = self.heard or self.monotonic()

    def token(self) -> None:
        self.first_token = self.first_token or self.monotonic()

    def audio(self) -> None:
        self.first_audio = self.first_audio or self.monotonic()

    def tool_ran(self, began: float, ended: float) -> None:
        """A tool ran; counted as delay only before the first word of the answer."""
        if self.first_token is None:
            self._tools.append((began, ended))

    @property
    def answered(self) -> bool:
        """Something came of the turn: a word, a sound or a tool call."""
        return self.first_token is not None or self.first_audio is not None or bool(self._tools)

    def started_playing(self, wall_s: float) -> None:
        if self.first_frame is None:
            self.first_frame = self.monotonic()
            self.first_frame_wall = wall_s

    def delay(self) -> TurnDelay | None:
        """The delay of the answer; None while a mark is missing."""
        if (
            self.hook_entered is None
            or self.heard is None
            or self.first_audio is None
            or self.first_frame is None
            or self.first_frame_wall is None
        ):
            return None
        # A model that answers in audio alone has its first token with its first audio.
        token = self.first_audio if self.first_token is None else min(self.first_token, self.first_audio)
        tools = min(_covered(self._tools), max(0.0, token - self.heard))
        parts = DelayParts(
            vad_hangover_ms=(self.detected - self.stopped) * _MS,
            end_of_turn_ms=(self.hook_entered - self.detected) * _MS,
            stt_ms=(self.heard - self.hook_entered) * _MS,
            model_first_token_ms=(token - self.heard - tools) * _MS,
            tools_ms=tools * _MS,
            tts_first_byte_ms=(self.first_audio - token) * _MS,
            first_frame_ms=(self.first_frame - self.first_audio) * _MS,
        )
        return TurnDelay(turn=self.turn, parts=parts, total_ms=(self.first_frame_wall - self.stopped_wall) * _MS)


def _covered(intervals: list[tuple[float, float]]) -> float:
    """Seconds covered by at least one interval."""
    covered, until = 0.0, float("-inf")
    for began, ended in sorted(intervals):
        covered += max(0.0, ended - max(began, until))
        until = max(until, ended)
    return covered
