"""When a participant's speech starts and ends: pure functions of (state, window of audio, rules).

Times are seconds of audio since the stream began. A window is what the detector judges at once (32 ms).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from contracts.turn_taking import TurnTaking

HYSTERESIS = 0.15
"""Once speech is under way, a window counts as speech down to this far below the activation threshold."""

MOST_LEVEL_CORRECTION_S = 0.16
"""How far before the end of its last window the sound level may place the end of speech."""

BRIDGED_GAP_S = 0.35
"""While the burst guard weighs a sound, a pause up to this long is part of it: "Stop, wait a moment!" is one sound."""

NEGLIGIBLE_S = 1e-6


class Change(StrEnum):
    STARTED = "started"
    ENDED = "ended"
    IGNORED = "ignored"
    """The burst guard swallowed a sound that would have started speech."""


@dataclass(frozen=True, slots=True)
class Rules:
    min_speech_s: float
    min_silence_s: float
    guard_min_speech_s: float | None
    """None when the burst guard is off."""
    activation: float
    deactivation: float
    true_end: bool
    """Silence runs from the true end of speech rather than from where the smoothed probability falls."""

    @classmethod
    def of(cls, turn_taking: TurnTaking) -> "Rules":
        return cls(
            min_speech_s=turn_taking.min_speech_s,
            min_silence_s=turn_taking.min_silence_s,
            guard_min_speech_s=turn_taking.guard_min_speech_s if turn_taking.burst_guard else None,
            activation=turn_taking.activation_threshold,
            deactivation=max(turn_taking.activation_threshold - HYSTERESIS, 0.01),
            true_end=turn_taking.silence_counted_from == "speech_end",
        )


@dataclass(frozen=True, slots=True)
class Window:
    start_s: float
    end_s: float
    raw: float
    """The detector's own probability of speech."""
    smoothed: float
    """After the library's exponential filter."""
    loud_until_s: float | None = None
    """End of the last stretch in this window above the background's level; None when all of it is background."""


@dataclass(frozen=True, slots=True)
class Speech:
    """What is known so far; frozen, so that a step can be tried without being taken."""

    speaking: bool = False
    run_s: float = 0.0
    """Uninterrupted speech by smoothed probability: what the library calls accumulated speech."""
    silence_s: float = 0.0
    """Uninterrupted silence by smoothed probability."""
    onset_s: float = 0.0
    """Start of the present run of speech, or of the segment while speaking."""
    pending: bool = False
    """A sound is under way, or has only just paused, that has not become speech."""
    guarded: bool = False
    """The present run began while the assistant was speaking."""
    raw_onset_s: float | None = None
    """Start of the present row of windows that the detector itself calls speech."""
    end_s: float = 0.0
    """Best knowledge of where speech ended last: by the detector's own probability and the sound level."""

    @property
    def speech_s(self) -> float:
        """Length of the present segment or run up to its last speech, trailing silence not counted."""
        return max(0.0, self.end_s - self.onset_s)


def hear(state: Speech, window: Window, rules: Rules, *, assistant_speaking: bool) -> tuple[Speech, Change | None]:
    """The state after one more window, and what changed with it."""
    state = _note_raw(state, window, rules)
    length_s = window.end_s - window.start_s
    is_speech = window.smoothed >= rules.activation or (state.speaking and window.smoothed > rules.deactivation)
    if is_speech:
        return _go_on(state, window, rules, length_s=length_s, assistant_speaking=assistant_speaking)
    return _fall_silent(state, window, rules, length_s=length_s)


def _forget_sound(state: Speech, rules: Rules) -> tuple[Speech, Change | None]:
    """Give up on a sound that has not become speech, at once or, under the guard, when it does not go on."""
    guarded = state.guarded and rules.guard_min_speech_s is not None
    if not state.pending or (guarded and state.silence_s <= BRIDGED_GAP_S):
        return state, None
    ignored = guarded and state.speech_s >= rules.min_speech_s - NEGLIGIBLE_S
    return replace(state, pending=False, guarded=False), Change.IGNORED if ignored else None


def wait(state: Speech, at_s: float, rules: Rules) -> tuple[Speech, Change | None]:
    """The state when audio has arrived up to ``at_s``: the required silence may be over between two windows."""
    if rules.true_end and state.speaking and at_s - state.end_s >= rules.min_silence_s - NEGLIGIBLE_S:
        return replace(state, speaking=False, run_s=0.0, raw_onset_s=None), Change.ENDED
    return state, None


def _note_raw(state: Speech, window: Window, rules: Rules) -> Speech:
    if not (window.raw >= rules.activation or (state.speaking and window.raw > rules.deactivation)):
        return replace(state, raw_onset_s=None)
    end_s = window.end_s
    if window.loud_until_s is not None:
        end_s = window.loud_until_s
    elif state.end_s > window.end_s - MOST_LEVEL_CORRECTION_S:
        # The detector still hears speech where the level is background already: its memory, not the voice.
        end_s = state.end_s
    return replace(
        state,
        raw_onset_s=window.start_s if state.raw_onset_s is None else state.raw_onset_s,
        end_s=max(end_s, window.end_s - MOST_LEVEL_CORRECTION_S),
    )


def _go_on(
    state: Speech, window: Window, rules: Rules, *, length_s: float, assistant_speaking: bool
) -> tuple[Speech, Change | None]:
    begins = state.run_s == 0.0 and not state.speaking and not state.pending
    onset_s = state.onset_s
    if begins:
        onset_s = window.start_s if state.raw_onset_s is None else min(state.raw_onset_s, window.start_s)
    state = replace(
        state,
        run_s=state.run_s + length_s,
        silence_s=0.0,
        onset_s=onset_s,
        guarded=assistant_speaking if begins else state.guarded,
        pending=not state.speaking,
    )
    if state.speaking:
        return state, None
    if state.guarded and rules.guard_min_speech_s is not None:
        long_enough = state.speech_s >= rules.guard_min_speech_s - NEGLIGIBLE_S
    else:
        long_enough = state.run_s >= rules.min_speech_s - NEGLIGIBLE_S
    return (replace(state, speaking=True, pending=False), Change.STARTED) if long_enough else (state, None)


def _fall_silent(state: Speech, window: Window, rules: Rules, *, length_s: float) -> tuple[Speech, Change | None]:
    state = replace(state, run_s=0.0, silence_s=state.silence_s + length_s)
    if not state.speaking:
        return _forget_sound(state, rules)
    if rules.true_end:
        return wait(state, window.end_s, rules)
    if state.silence_s >= rules.min_silence_s - NEGLIGIBLE_S:
        return replace(state, speaking=False), Change.ENDED
    return state, None
