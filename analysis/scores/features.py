"""What is known of items besides their scores: texts, audio, embeddings of them, what they cost."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from analysis.arrays import AnyFloatArray, FloatArray, IntArray
from analysis.errors import ScoresError


@dataclass(frozen=True)
class ItemFeatures:
    """Each part is None where it is not known; otherwise one row or value per item.

    ``semantic``, ``acoustic``: I × D embeddings before any reduction. ``metadata``: I × 2 flags, audio in and audio
    out.
    ``texts``, ``audio``: prompts and paths of audio files. ``seconds``, ``usd``: what asking the item costs.
    """

    semantic: AnyFloatArray | None = None
    acoustic: AnyFloatArray | None = None
    metadata: AnyFloatArray | None = None
    texts: tuple[str, ...] | None = None
    audio: tuple[str, ...] | None = None
    seconds: FloatArray | None = None
    usd: FloatArray | None = None

    def check(self, n_items: int) -> None:
        """Raise unless each part is as long as the list of items."""
        for part in fields(self):
            value = getattr(self, part.name)
            if value is not None and len(value) != n_items:
                raise ScoresError(f"features, {part.name}: {len(value)} rows for {n_items} items")

    def of_items(self, columns: IntArray) -> "ItemFeatures":
        """The same for some of the items."""
        parts: dict[str, Any] = {}
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, tuple):
                parts[part.name] = tuple(value[i] for i in columns)
            elif value is not None:
                parts[part.name] = np.asarray(value)[columns]
        return ItemFeatures(**parts)
