"""Turn-taking settings: a factor of the study, recorded with every conversation."""

from typing import Literal

from pydantic import Field

from contracts.base import Contract


class TurnTaking(Contract):
    """Voice activity detection and the rules around it (HUMANS paper, F.2)."""

    preset: str = "custom"
    min_speech_s: float = Field(default=0.1, gt=0)
    min_silence_s: float = Field(default=2.0, gt=0)
    prefix_padding_s: float = Field(default=0.2, ge=0)
    activation_threshold: float = Field(default=0.4, gt=0, lt=1)
    sample_rate_hz: Literal[8000, 16000] = 16000
    silence_counted_from: Literal["speech_end", "smoothed_speech_end"] = "speech_end"
    """``speech_end``: required silence runs from the last frame with speech. ``smoothed_speech_end``: from where the
    library's smoothed probability falls below its threshold, about 0.1 s later."""
    kept_tail_s: float = Field(default=0.3, ge=0)
    """Silence after the last speech that stays in the turn's audio."""
    burst_guard: bool = True
    """While the assistant speaks, sound shorter than ``guard_min_speech_s`` neither cuts it off nor becomes a turn."""
    guard_min_speech_s: float = Field(default=0.5, gt=0)
    long_turn_hint_s: float = Field(default=60.0, gt=0)
    """Speech without a pause for this long brings a hint to the participant."""
    user_away_s: float = Field(default=20.0, gt=0)


HUMANS_2025 = TurnTaking(preset="humans-2025", silence_counted_from="smoothed_speech_end")
"""The paper's numbers, counted as its library counts them."""

TRUE_END_2025 = TurnTaking(preset="true-end-2025")
"""The paper's numbers, with the 2.0 s of silence counted from the true end of speech."""

PRESETS: dict[str, TurnTaking] = {preset.preset: preset for preset in (HUMANS_2025, TRUE_END_2025)}
