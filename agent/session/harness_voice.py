"""Earwitness's own voice, for when no provider can speak.

Rendered by a local synthesiser (flite, else espeak-ng) before it is needed; where there is none, two short tones
stand for it and the notice on the page says the rest.
"""

import asyncio
import hashlib
import io
import os
import shutil
import tempfile
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from livekit import rtc

from agent.interface import PCM_RATE_HZ

RENDERING_TIMEOUT_S = 10.0


class Line(StrEnum):
    """Everything the harness can say."""

    GREETING = "Hello! I am your voice assistant. What would you like to talk about?"
    PROVIDER_FAILED = "Sorry, something went wrong on my side. Could you please say that again?"
    PROVIDER_TIMED_OUT = "Sorry, that took too long on my side. Could you please say that again?"
    VOICE_FAILED = "Sorry, I lost my voice for a moment. Could you please say that again?"
    RETURNED = "Sorry, I was away for a moment. Please go on."
    TIME_UP = "Our time is up. Thank you very much for talking with me. Goodbye!"


@dataclass(frozen=True, slots=True)
class HarnessVoice:
    """Speech ready to be played: s16le mono at ``PCM_RATE_HZ`` for each line."""

    pcm: Mapping[Line, bytes]

    @classmethod
    async def rendered(cls) -> "HarnessVoice":
        """Every line spoken once; takes about a second, so it is done ahead of time."""
        return cls(pcm={line: await _render(line) for line in Line})

    @classmethod
    def kept(cls, folder: Path) -> "HarnessVoice":
        """Every line as rendered by an earlier process on this machine, or else now, and kept in ``folder``.

        Blocking, and runs an event loop of its own: for the start of a process.
        """
        folder.mkdir(parents=True, exist_ok=True)
        pcm: dict[Line, bytes] = {}
        for line in Line:
            path = folder / f"{hashlib.sha256(line.value.encode()).hexdigest()[:16]}.pcm"
            if not path.is_file():
                unfinished = path.with_suffix(f".{os.getpid()}")
                unfinished.write_bytes(asyncio.run(_render(line)))
                unfinished.rename(path)
            pcm[line] = path.read_bytes()
        return cls(pcm=pcm)

    def say(self, line: Line) -> bytes:
        return self.pcm.get(line) or _tones()


def _command(text: str, target: Path) -> list[str] | None:
    if flite := shutil.which("flite"):
        return [flite, "-voice", "slt", "-t", text, "-o", str(target)]
    if espeak := shutil.which("espeak-ng"):
        return [espeak, "-w", str(target), text]
    return None


async def _render(line: Line) -> bytes:
    with tempfile.TemporaryDirectory(prefix="earwitness-voice-") as folder:
        target = Path(folder) / "line.wav"
        command = _command(line.value, target)
        if command is None:
            return _tones()
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(RENDERING_TIMEOUT_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        if process.returncode != 0 or not target.exists():
            return _tones()
        return resampled(target.read_bytes())


def resampled(wav: bytes) -> bytes:
    """The samples of a mono wav at ``PCM_RATE_HZ``."""
    with wave.open(io.BytesIO(wav)) as source:
        rate, pcm = source.getframerate(), bytes(source.readframes(source.getnframes()))
    if rate == PCM_RATE_HZ:
        return pcm
    resampler = rtc.AudioResampler(rate, PCM_RATE_HZ, quality=rtc.AudioResamplerQuality.HIGH)
    frames = resampler.push(rtc.AudioFrame(pcm, rate, 1, len(pcm) // 2))
    return b"".join(bytes(frame.data.cast("B")) for frame in [*frames, *resampler.flush()])


def _tones() -> bytes:
    at = np.arange(int(0.18 * PCM_RATE_HZ)) / PCM_RATE_HZ
    fade = np.minimum(1.0, np.minimum(at, at[::-1]) / 0.01)
    parts = [np.sin(2 * np.pi * pitch_hz * at) * fade * 6000 for pitch_hz in (660.0, 440.0)]
    return bytes(np.concatenate(parts).astype("<i2").tobytes())
