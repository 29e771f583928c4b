"""Estimates that are a weighted sum of the scores on a subset."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.subsets.source import Source


@dataclass(frozen=True)
class LinearEstimator:
    """ŝ = bias + Σ_i w_i s_i over n items.

    ``items``: n columns; ``weights``: n; ``item_means``: n means of the source models, for what a model was not asked.
    """

    items: IntArray
    weights: FloatArray
    bias: float
    item_means: FloatArray

    @classmethod
    def mean_of(cls, source: Source, items: IntArray) -> "LinearEstimator":
        """The plain mean of the items' scores."""
        return cls.weighted(source, items, np.full(len(items), 1.0 / len(items)))

    @classmethod
    def weighted(cls, source: Source, items: IntArray, weights: FloatArray, bias: float = 0.0) -> "LinearEstimator":
        """A weighted sum, with the source models' means on these items."""
        return cls(np.asarray(items, dtype=np.int64), weights, bias, source.scores[:, items].mean(axis=0))

    def estimate(self, scores: FloatArray) -> FloatArray:
        """K × n scores, NaN where missing → K estimates."""
        return np.asarray(self.bias + self.complete(scores) @ self.weights)

    def standard_errors(self, scores: FloatArray) -> FloatArray:
        """K relative standard errors: 1 for a complete row, √(n / observed) for one with missing scores."""
        observed = np.maximum((~np.isnan(scores)).sum(axis=1), 1)
        return np.asarray(np.sqrt(scores.shape[1] / observed))

    def complete(self, scores: FloatArray) -> FloatArray:
        """Missing scores at the item's mean among sources plus the model's mean weighted residual on what it was
        asked.
        """
        missing = np.isnan(scores)
        if not missing.any():
            return scores
        size = np.abs(self.weights) + 1e-12
        residual = np.where(missing, 0.0, scores - self.item_means)
        shift = (residual @ size) / np.maximum((~missing) @ size, 1e-12)
        return np.where(missing, np.clip(self.item_means + shift[:, None], 0.0, 1.0), scores)
