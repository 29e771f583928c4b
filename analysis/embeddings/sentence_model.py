"""Texts through any sentence-transformers model, by name or by path. Needs the torch environment."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray
from analysis.errors import AnalysisError


@dataclass(frozen=True)
class SentenceModel:
    """``model``: a folder, or a name that sentence-transformers can find."""

    model: str
    batch_size: int = 64

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """I × D of the model."""
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise AnalysisError("sentence-transformers is not installed; it comes with the `torch` group") from error
        loaded = SentenceTransformer(self.model, device="cpu")
        rows = loaded.encode(list(texts), batch_size=self.batch_size, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float64)
