"""Selection by what single items are like: how much they vary, how hard they are (HUMANS paper, 3.2.2, C.3, C.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.subsets.linear import LinearEstimator
from analysis.subsets.source import Source


@dataclass(frozen=True)
class Variance:
    """The n items whose scores vary most between source models; plain mean. K or K − 1 below the sum: the same
    order.
    """

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, LinearEstimator]:
        """Nested subsets; equal variances stand in the order of the matrix."""
        del seed  # nothing is drawn
        spread = np.where(source.selectable, source.scores.var(axis=0), -1.0)
        # Rounding must not order items whose variances are equal but for the order of a sum.
        order = np.argsort(-np.round(spread, 12), kind="stable")
        for n in sizes:
            source.check_size(n)
        return {n: LinearEstimator.mean_of(source, order[:n]) for n in sizes}


@dataclass(frozen=True)
class Difficulty:
    """Equal shares from B bins of difficulty D_i = 1 − mean score; plain mean.

    ``bins``: "quantile" (the words of C.4: each bin holds as many items; ties are broken by the seed) or "width" (its
    formula: [(b − 1)/B, b/B)); a share that a bin cannot fill goes to the remainder.
    """

    n_bins: int = 10
    bins: Literal["quantile", "width"] = "quantile"

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, LinearEstimator]:
        """A fresh sample for each size."""
        difficulty = 1.0 - source.scores.mean(axis=0)
        estimators = {}
        for n in sizes:
            source.check_size(n)
            items = self._sample(source, difficulty, n, np.random.default_rng((seed, n)))
            estimators[n] = LinearEstimator.mean_of(source, items)
        return estimators

    def _sample(self, source: Source, difficulty: FloatArray, n: int, rng: np.random.Generator) -> IntArray:
        weights = source.balance
        chosen: list[int] = []
        share = n // self.n_bins
        if share:
            for members in self._binned(difficulty, source.allowed, self.n_bins, rng):
                chosen.extend(_draw(members, min(share, len(members)), weights, rng))
        while len(chosen) < n:
            rest = np.setdiff1d(source.allowed, np.array(chosen, dtype=np.int64))
            remainder = n - len(chosen)
            for members in self._binned(difficulty, rest, min(remainder, self.n_bins), rng):
                if len(chosen) < n and len(members):
                    chosen.extend(_draw(members, 1, weights, rng))
        return np.array(chosen, dtype=np.int64)

    def _binned(
        self, difficulty: FloatArray, members: IntArray, n_bins: int, rng: np.random.Generator
    ) -> list[IntArray]:
        if self.bins == "width":
            which = np.minimum((difficulty[members] * n_bins).astype(int), n_bins - 1)
            return [members[which == b] for b in range(n_bins)]
        # Equal difficulties, up to rounding, stand in random order.
        order = np.argsort(np.round(difficulty[members], 9) + 1e-10 * rng.random(len(members)))
        return [np.asarray(part) for part in np.array_split(members[order], n_bins)]


def _draw(members: IntArray, k: int, weights: FloatArray, rng: np.random.Generator) -> list[int]:
    """k members one after another without replacement, p ∝ weight: the k shortest of exponential waits."""
    waits = rng.exponential(size=len(members)) / weights[members]
    return [int(i) for i in members[np.argpartition(waits, k - 1)[:k]]] if k else []
