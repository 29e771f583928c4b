"""Speech from text: libflite's ``rms`` voice, else the flite program, else the espeak-ng program.

Only flite is loaded into the process; espeak-ng is run as a separate program.
"""

import ctypes
import ctypes.util
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Protocol

from local.model_server.speaking.pcm import resample, samples_of

RATE_HZ = 24_000
"""What every voice delivers, as OpenAI's ``pcm`` format has it."""


class NoVoiceError(RuntimeError):
    """Nothing that can speak is installed."""


class Voice(Protocol):
    name: str

    def speak(self, text: str) -> bytes:
        """s16le mono at `RATE_HZ`; blocks, may be called from several threads."""
        ...


class _Wave(ctypes.Structure):
    """flite's ``cst_wave``."""

    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


class LibFlite:
    """The shared library with its ``rms`` voice; one sentence at a time."""

    name = "libflite rms"

    def __init__(self) -> None:
        self._flite = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
        for part in ("libflite_cmulex.so.1", "libflite_usenglish.so.1"):
            ctypes.CDLL(part, mode=ctypes.RTLD_GLOBAL)
        rms = ctypes.CDLL("libflite_cmu_us_rms.so.1", mode=ctypes.RTLD_GLOBAL)
        self._flite.flite_init()
        rms.register_cmu_us_rms.restype = ctypes.c_void_p
        rms.register_cmu_us_rms.argtypes = (ctypes.c_char_p,)
        self._flite.flite_text_to_wave.restype = ctypes.POINTER(_Wave)
        self._flite.flite_text_to_wave.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
        self._flite.delete_wave.argtypes = (ctypes.POINTER(_Wave),)
        self._voice = rms.register_cmu_us_rms(None)
        # The library keeps global state (its noise source), so it speaks one sentence at a time.
        self._lock = threading.Lock()

    def speak(self, text: str) -> bytes:
        with self._lock:
            made = self._flite.flite_text_to_wave(text.encode("ascii", "ignore"), self._voice)
            if not made:
                return b""
            try:
                shape = made.contents
                pcm = ctypes.string_at(shape.samples, 2 * shape.num_samples)
                rate = shape.sample_rate
            finally:
                self._flite.delete_wave(made)
        return resample(pcm, rate, RATE_HZ)


class Program:
    """A speaking program run once for each sentence."""

    def __init__(self, name: str, command: tuple[str, ...], *, to_file: bool) -> None:
        self.name = name
        self._command = command
        self._to_file = to_file

    def speak(self, text: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "speech.wav"
            destination = ("-o", str(target)) if self._to_file else ("--stdout",)
            done = subprocess.run([*self._command, text, *destination], capture_output=True, timeout=30, check=True)
            made = target.read_bytes() if self._to_file else done.stdout
        pcm, rate = samples_of(made)
        return resample(pcm, rate, RATE_HZ)


def find_voice() -> Voice:
    """The best voice installed, warmed up. Raises `NoVoiceError` that names what to install."""
    voice = _installed()
    voice.speak("Ready.")
    return voice


def _installed() -> Voice:
    try:
        return LibFlite()
    except (OSError, AttributeError):
        pass
    if flite := shutil.which("flite"):
        return Program("flite rms", (flite, "-voice", "rms", "-t"), to_file=True)
    if espeak := shutil.which("espeak-ng"):
        return Program("espeak-ng", (espeak, "-v", "en-us+klatt4", "-s", "150"), to_file=False)
    raise NoVoiceError("nothing installed can speak: install the Debian package `flite` (or `espeak-ng`)")
