"""Task-augmented anchors with better estimators, and weights calibrated around a prior (not in the paper)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.subsets.anchors import Anchors
from analysis.subsets.hierarchical import HierarchicalEstimator, fit_hierarchical, on_items
from analysis.subsets.kernel_ridge import choose_alpha, grams, primal
from analysis.subsets.linear import LinearEstimator
from analysis.subsets.random_sampling import balanced_draws, stratified_draw, task_mean_weights
from analysis.subsets.source import Source

ALPHAS = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)


def calibrate(
    source: Source, items: IntArray, prior: FloatArray, alphas: tuple[float, ...] = ALPHAS, *, share: float = 1.0
) -> LinearEstimator:
    """Weights w = w₀ + Xᵀ(XXᵀ + λI)⁻¹(y − Xw₀) on centred scores X, λ by leave-one-out; the bias restores the mean.

    Ridge around the prior weights w₀ in place of ridge around zero: with little to learn from, the prior stays.
    ``share``: how much of the correction and of the bias is applied.
    """
    features = source.scores[:, items]
    rest = source.full - features @ prior
    rows = np.arange(source.n_models)
    alpha = choose_alpha((features @ features.T)[None], rest, rows, np.array(alphas), score="loo")[0]
    correction, bias = primal(features, rest, float(alpha))
    return LinearEstimator.weighted(source, items, prior + share * correction, share * bias)


@dataclass(frozen=True)
class CalibratedAnchors:
    """Anchors on scores and tasks, their cluster weights calibrated."""

    anchors: Anchors = field(default_factory=lambda: Anchors(embedding="scores+task"))

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, LinearEstimator]:
        """A calibrated estimator for each size."""
        chosen = self.anchors.choose(source, sizes, seed=seed)
        return {n: calibrate(source, items, weights) for n, (items, weights) in chosen.items()}


@dataclass(frozen=True)
class HierarchicalAnchors:
    """Anchors (by default on scores and tasks), the score by H-pIRT."""

    anchors: Anchors = field(default_factory=lambda: Anchors(embedding="scores+task"))

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, HierarchicalEstimator]:
        """Anchors for each size, one model for all."""
        model = fit_hierarchical(source)
        chosen = self.anchors.choose(source, sizes, seed=seed)
        return {n: on_items(model, items, weights) for n, (items, weights) in chosen.items()}


@dataclass(frozen=True)
class HierarchicalStratified:
    """Items spread evenly over the tasks at random, the score by H-pIRT."""

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, HierarchicalEstimator]:
        """Nested samples."""
        model = fit_hierarchical(source)
        drawn = stratified_draw(source, max(sizes), rng=np.random.default_rng(seed))
        return {n: on_items(model, drawn[:n]) for n in sizes}


@dataclass(frozen=True)
class SearchCalibrated:
    """The best of N task-balanced samples by leave-one-out error of calibrated task-mean weights."""

    n_candidates: int = 1000
    alphas: tuple[float, ...] = ALPHAS

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, LinearEstimator]:
        """The winner for each size."""
        candidates = balanced_draws(source, self.n_candidates, max(sizes), rng=np.random.default_rng(seed))
        ordered = sorted(sizes)
        gram = grams(source.scores, candidates, np.array(ordered, dtype=np.int64))
        out = {}
        for kernel, n in zip(gram, ordered, strict=True):
            prior = np.stack([task_mean_weights(source, row[:n]) for row in candidates])
            estimates = np.stack([source.scores[:, row[:n]] @ w for row, w in zip(candidates, prior, strict=True)])
            errors = self._errors(kernel, source.full - estimates)
            best = int(errors.argmin())
            out[n] = calibrate(source, candidates[best, :n], prior[best], self.alphas)
        return out

    def _errors(self, kernel: FloatArray, rest: FloatArray) -> FloatArray:
        """N smallest leave-one-out mean squared errors; kernel: N × M × M; rest: N × M, each candidate's own target."""
        m = rest.shape[1]
        centred = kernel - kernel.mean(axis=1, keepdims=True) - kernel.mean(axis=2, keepdims=True)
        centred += kernel.mean(axis=(1, 2), keepdims=True)
        values, vectors = np.linalg.eigh(centred)
        y = rest - rest.mean(axis=1, keepdims=True)
        rotated = np.einsum("nij,ni->nj", vectors, y)
        best = np.full(len(rest), np.inf)
        for alpha in self.alphas:
            inverse = 1.0 / (np.maximum(values, 0) + alpha)
            dual = np.einsum("nij,nj->ni", vectors, rotated * inverse)
            diagonal = np.einsum("nij,nj->ni", vectors**2, inverse) - 1.0 / (m * alpha)
            best = np.minimum(best, ((dual / diagonal) ** 2).mean(axis=1))
        return best
