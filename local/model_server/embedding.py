"""Embeddings without a trained model: hashed words, word pairs and letter groups under a fixed random projection.

Texts that share words lie near each other; meaning beyond shared letters is not represented. Deterministic: the same
text gives the same numbers on every machine.
"""

import itertools
import re
from functools import cache
from math import log1p
from typing import cast
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from local.model_server.brain.words import STOP_WORDS, stem, words_of

DIMENSIONS = 256
_BUCKETS = 1 << 15
_SEED = 20_251


@cache
def _projection() -> NDArray[np.float32]:
    """Signs of a random projection, one row for each bucket."""
    generator = np.random.Generator(np.random.PCG64(_SEED))
    signs = generator.integers(0, 2, size=(_BUCKETS, DIMENSIONS), dtype=np.int8)
    return cast("NDArray[np.float32]", (signs.astype(np.float32) * 2 - 1) / np.float32(np.sqrt(DIMENSIONS)))


def _features(text: str) -> dict[int, float]:
    words = [stem(w) for w in words_of(text)]
    counts: dict[str, float] = {}
    for word in words:
        # Words that every text has say little about it; without a corpus a fixed list stands for their frequency.
        counts[word] = counts.get(word, 0.0) + (0.15 if word in STOP_WORDS else 1.0)
        for at in range(len(word) - 2) if word not in STOP_WORDS else ():
            counts[f"~{word[at : at + 3]}"] = counts.get(f"~{word[at : at + 3]}", 0.0) + 0.25
    for pair in itertools.pairwise(words):
        counts["_".join(pair)] = counts.get("_".join(pair), 0.0) + 0.3
    buckets: dict[int, float] = {}
    for feature, count in counts.items():
        bucket = crc32(feature.encode()) % _BUCKETS
        buckets[bucket] = buckets.get(bucket, 0.0) + log1p(count)
    return buckets


def embed(text: str, dimensions: int = DIMENSIONS) -> NDArray[np.float32]:
    """A unit vector of ``dimensions`` (at most 256); a text without words gives a fixed unit vector."""
    buckets = _features(text) if re.search(r"\w", text) else {0: 1.0}
    rows = _projection()[list(buckets), :dimensions]
    vector = np.asarray(list(buckets.values()), np.float32) @ rows
    length = float(np.linalg.norm(vector))
    return cast("NDArray[np.float32]", vector / np.float32(length or 1.0))
