"""Speech synthesised at test time, 16 kHz mono."""

import functools
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np

from tests.agent.fakes.audio import RATE_HZ


@functools.cache
def spoken(text: str) -> bytes:
    """Speech without silence around it: first to last audible sample."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "speech.wav"
        subprocess.run(["flite", "-voice", "rms", "-t", text, "-o", str(target)], check=True)
        with wave.open(str(target)) as file:
            assert file.getframerate() == RATE_HZ
            samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    audible = np.nonzero(np.abs(samples) > 100)[0]
    return bytes(samples[audible[0] : audible[-1] + 1].tobytes())


@functools.cache
def noise(seconds: float, seed: int = 1) -> bytes:
    """A sound that the detector takes for speech, cut to a length: a burst."""
    del seed
    return spoken("Aha, well, so, and now, what about it?")[: 2 * int(seconds * RATE_HZ)]
