"""What turns prompts or recordings of items into vectors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from analysis.arrays import FloatArray


class TextEmbedder(Protocol):
    """From I texts to I × D."""

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """One row per text, in order; the same text gives the same row within a call."""


class AudioEmbedder(Protocol):
    """From I recordings to I × D."""

    def embed(self, recordings: Sequence[Path]) -> FloatArray:
        """One row per WAV file, in order."""
