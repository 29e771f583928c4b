"""Speech for tests: waves by the flite program (the same every time), and the word error rate."""

import subprocess
import tempfile
from functools import cache
from pathlib import Path

from local.model_server.speaking.pcm import samples_of, wav


@cache
def spoken(text: str) -> bytes:
    """A WAV file of the text with a quarter of a second of silence around it."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "speech.wav"
        subprocess.run(["flite", "-voice", "rms", "-t", text, "-o", str(target)], check=True, timeout=20)
        pcm, rate_hz = samples_of(target.read_bytes())
    pause = bytes(rate_hz // 4 * 2)
    return wav(pause + pcm + pause, rate_hz)


def word_errors(said: str, heard: str) -> int:
    """Words to insert, delete or replace."""
    a, b = said.lower().split(), heard.lower().split()
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y)))
    return row[-1]
