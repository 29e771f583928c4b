"""Where in a window sound stands out from the background."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

STRETCH_S = 0.01
ABOVE_BACKGROUND = 3.0
"""As amplitude: 9.5 dB."""
BELOW_PEAK = 0.006
"""As amplitude: 44 dB below the loudest stretch of late."""
PEAK_MEMORY_S = 4.0
BACKGROUND_RISE_PER_S = 1.2
"""The background estimate follows a quieter stretch at once, a louder one by this factor a second."""
SILENCE_RMS = 3.0
"""Of 16-bit samples: quieter is digital silence."""


class LevelTracker:
    """Follows the background and the loudest speech, and finds the last loud stretch of each window."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._stretch = max(1, int(sample_rate_hz * STRETCH_S))
        self._background = 200.0
        self._peak = 0.0

    def loud_until(self, samples: NDArray[np.int16]) -> float | None:
        """Seconds from the window's start to the end of its last loud stretch; None when there is none."""
        last: int | None = None
        values: NDArray[Any] = samples.astype(np.float32)
        for start in range(0, len(values), self._stretch):
            stretch = values[start : start + self._stretch]
            rms = float(np.sqrt(np.mean(stretch * stretch)))
            if rms > self._threshold(rms):
                last = start + len(stretch)
        return None if last is None else last / (self._stretch / STRETCH_S)

    def _threshold(self, rms: float) -> float:
        rise = 1.0 + (BACKGROUND_RISE_PER_S - 1.0) * STRETCH_S
        self._background = max(min(rms, self._background * rise), SILENCE_RMS)
        self._peak = max(rms, self._peak * (1.0 - STRETCH_S / PEAK_MEMORY_S))
        return max(self._background * ABOVE_BACKGROUND, self._peak * BELOW_PEAK)
