"""Utterances for simulated participants, synthesised when needed."""

import io
import shutil
import subprocess
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


class NoSpeechEngineError(Exception):
    """No speech synthesiser is installed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Mono speech, int16, trimmed so that its last sample is the true end of speech."""

    text: str
    samples: NDArray[np.int16]
    sample_rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.sample_rate_hz

    def wav(self) -> bytes:
        """The utterance as a RIFF file."""
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.sample_rate_hz)
            file.writeframes(self.samples.tobytes())
        return buffer.getvalue()


def synthesise(text: str, voice: str = "rms") -> Utterance:
    """Speak ``text`` with flite; the same text gives the same samples."""
    program = shutil.which("flite")
    if program is None:
        raise NoSpeechEngineError("flite is missing: run `make system-deps` (Debian package flite)")
    command = [program, "-voice", voice, "-t", text, "-o", "/dev/stdout"]
    spoken = subprocess.run(command, check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(spoken)) as file:
        rate = file.getframerate()
        # The length in the header is unknown to a program that writes to a pipe.
        samples = np.frombuffer(spoken[44:][: (len(spoken) - 44) // 2 * 2], dtype=np.int16)
    return Utterance(text, _trimmed(samples), rate)


def noise_burst(duration_s: float, sample_rate_hz: int = 16_000) -> Utterance:
    """A voiced-sounding burst, such as a cough: band-limited, loud, without words."""
    rng = np.random.default_rng(0)
    n = int(duration_s * sample_rate_hz)
    t = np.arange(n) / sample_rate_hz
    harmonics = sum(np.sin(2 * np.pi * 140 * k * t) / k for k in range(1, 12))
    shaped = (harmonics + 0.2 * rng.standard_normal(n)) * np.hanning(n)
    return Utterance("", (shaped / np.abs(shaped).max() * 20_000).astype(np.int16), sample_rate_hz)


def _trimmed(samples: NDArray[np.int16], threshold: int = 300) -> NDArray[np.int16]:
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > threshold)
    return samples[loud[0] : loud[-1] + 1].copy() if loud.size else samples
