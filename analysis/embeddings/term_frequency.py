"""Texts by their words, without any download: TF-IDF and a truncated SVD."""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.arrays import FloatArray

# One-letter words count: "what is x" and "what is y" are different prompts.
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class TermFrequency:
    """I × ``dimensions`` (fewer where the texts have fewer words): words and pairs of words, sublinear,
    cosine-normed.
    """

    dimensions: int = 256
    seed: int = 0

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Rows of unit length, but for texts without a word."""
        vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, tokenizer=_WORD.findall)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The parameter 'token_pattern' will not be used")
            counts = vectorizer.fit_transform(texts)
        k = min(self.dimensions, *(side - 1 for side in counts.shape))
        if k < 1:
            return np.asarray(counts.toarray(), dtype=np.float64)
        return np.asarray(TruncatedSVD(k, random_state=self.seed).fit_transform(counts), dtype=np.float64)
