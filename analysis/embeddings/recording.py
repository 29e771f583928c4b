"""Reading WAV files."""

from math import gcd
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.io import wavfile
from scipy.signal import resample_poly

from analysis.errors import AnalysisError


def read_mono(path: Path, rate_hz: int) -> npt.NDArray[np.float32]:
    """Samples in [−1, 1] at the rate asked for, channels averaged."""
    try:
        rate, samples = wavfile.read(path)
    except (OSError, ValueError) as error:
        raise AnalysisError(f"{path}: not a WAV file that can be read ({error})") from error
    if np.issubdtype(samples.dtype, np.integer):
        info = np.iinfo(samples.dtype)
        middle = (info.max + info.min + 1) / 2
        samples = (samples.astype(np.float32) - middle) / (info.max - middle + 1)
    mono = samples.astype(np.float32).reshape(len(samples), -1).mean(axis=1)
    if rate != rate_hz:
        common = gcd(rate, rate_hz)
        mono = resample_poly(mono, rate_hz // common, rate // common)
    return np.asarray(mono, dtype=np.float32)
