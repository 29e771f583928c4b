"""Recordings by their spectrum, without any download: statistics of log-mel bands."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.arrays import FloatArray
from analysis.embeddings.recording import read_mono

_RATE_HZ = 16_000
_WINDOW = 400
_HOP = 160


@dataclass(frozen=True)
class LogMel:
    """Mean, spread, and mean absolute change over time of each band, and the log of the length: I × (3 · bands + 1)."""

    bands: int = 64

    def embed(self, recordings: Sequence[Path]) -> FloatArray:
        """One row per recording."""
        filters = mel_filters(self.bands)
        return np.array([self._one(read_mono(path, _RATE_HZ).astype(np.float64), filters) for path in recordings])

    def _one(self, samples: FloatArray, filters: FloatArray) -> FloatArray:
        padded = np.pad(samples, (0, max(0, _WINDOW + _HOP - len(samples))))
        frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
        power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)) ** 2
        bands = np.log(power @ filters.T + 1e-8)
        change = np.abs(np.diff(bands, axis=0)).mean(axis=0)
        return np.concatenate([bands.mean(axis=0), bands.std(axis=0), change, [np.log1p(len(samples) / _RATE_HZ)]])


def mel_filters(bands: int) -> FloatArray:
    """Triangular filters, evenly spaced in mel from 50 Hz to 8 kHz: bands × frequencies, each summing to 1."""
    low, high = (2595 * np.log10(1 + f / 700) for f in (50.0, _RATE_HZ / 2))
    edges = 700 * (10 ** (np.linspace(low, high, bands + 2) / 2595) - 1)
    frequencies = np.fft.rfftfreq(_WINDOW, 1 / _RATE_HZ)
    rise = (frequencies - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - frequencies) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.maximum(0.0, np.minimum(rise, fall))
    # The lowest bands are narrower than the spectrum's steps: each takes its nearest frequency at least.
    nearest = np.abs(frequencies - edges[1:-1, None]).argmin(axis=1)
    filters[np.arange(bands), nearest] += 1e-3
    return np.asarray(filters / filters.sum(axis=1, keepdims=True))
