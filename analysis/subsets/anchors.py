"""Anchor points: cluster the items, keep one of each cluster, weigh it by its cluster (HUMANS paper, 3.2.3, C.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.arrays import AnyFloatArray, FloatArray, IntArray, compiled
from analysis.errors import FeaturesMissingError
from analysis.subsets.kmeans import Clustering, kmeans
from analysis.subsets.linear import LinearEstimator
from analysis.subsets.source import Source

Member = Literal["nearest", "random"]
# Beyond so many dimensions an exact eigendecomposition costs more than the whole protocol.
_EXACT_UP_TO = 800
# Equal rows are equally near their centre; rounding must not say otherwise.
_EQUAL_DECIMALS = 9


def anchors_of(
    clustering: Clustering,
    points: FloatArray,
    weights: FloatArray,
    n: int,
    *,
    member: Member = "nearest",
    rng: np.random.Generator | None = None,
) -> tuple[IntArray, FloatArray]:
    """n positions into ``points`` and the weight of each: its cluster's share of ``weights`` (Eq. 18, 19).

    ``member``: the one nearest to the centroid, or one drawn by weight. Where there are fewer clusters than n, because
    fewer items differ, further members of the heaviest clusters share their weight.
    """
    labels = clustering.labels
    if member == "nearest":
        nearest, mass = _nearest_members(points, weights, labels, clustering.centres)
        if len(nearest) == n:
            return nearest, mass
        rank = ((points - clustering.centres[labels]) ** 2).sum(axis=1).round(_EQUAL_DECIMALS)
    else:
        if rng is None:
            raise TypeError("member='random' needs rng")
        rank = rng.exponential(size=len(points)) / weights
    order = np.lexsort((np.arange(len(points)), rank, labels))
    starts = np.flatnonzero(np.r_[True, labels[order][1:] != labels[order][:-1]])
    ends = np.r_[starts[1:], len(order)]
    mass = np.add.reduceat(weights[order], starts)
    taken = np.ones(len(starts), dtype=np.int64)
    for _ in range(n - len(starts)):
        share = np.where(taken < ends - starts, mass / taken, -1.0)
        taken[int(share.argmax())] += 1
    chosen = np.concatenate([order[s : s + k] for s, k in zip(starts, taken, strict=True)])
    return chosen, np.repeat(mass / taken, taken)


@compiled
def _nearest_members(
    points: FloatArray, weights: FloatArray, labels: IntArray, centres: FloatArray
) -> tuple[IntArray, FloatArray]:
    """For each cluster that has members, the one nearest to its centre (the first of equals) and its weight."""
    k, d = centres.shape
    nearest = np.full(k, -1)
    least = np.full(k, 1e300)  # no infinity: compiled code assumes that there is none
    mass = np.zeros(k)
    for i in range(len(labels)):
        c = labels[i]
        away = 0.0
        for j in range(d):
            away += (points[i, j] - centres[c, j]) ** 2
        away = np.round(away, _EQUAL_DECIMALS)
        mass[c] += weights[i]
        if away < least[c]:
            nearest[c], least[c] = i, away
    there = nearest >= 0
    return nearest[there], mass[there]


@dataclass(frozen=True)
class Anchors:
    """Weighted k-means on an embedding of the items; the score is Σ w_i s_i over the anchors (Eq. 2).

    ``embedding``: "scores" (the source models' scores: Anchor Points), "semantic", "acoustic", "combined", or
    "scores+task" (scores and the task as one more block of dimensions, scaled so that two tasks are ``task_scale`` ·
    √(2 · summed score variance) apart). ``member``: see :func:`anchors_of`. ``n_init``: the best of so many
    clusterings; the paper's scikit-learn call makes one. ``components``: dimensions kept by PCA of semantic and
    acoustic embeddings.
    """

    embedding: Literal["scores", "semantic", "acoustic", "combined", "scores+task"] = "scores"
    member: Member = "nearest"
    n_init: int = 1
    components: int = 50
    task_scale: float = 0.5

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, LinearEstimator]:
        """Anchors and weights for each size; Σ w = 1."""
        return {
            n: LinearEstimator.weighted(source, items, weights)
            for n, (items, weights) in self.choose(source, sizes, seed=seed).items()
        }

    def choose(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, tuple[IntArray, FloatArray]]:
        """The columns and their weights for each size."""
        for n in sizes:
            source.check_size(n)
        points, weights = self.points(source)[source.allowed], source.allowed_balance
        best: dict[int, Clustering] = {}
        for start in range(self.n_init):
            for n, clustering in kmeans(points, weights, sizes, seed=seed + 7919 * start).items():
                if n not in best or clustering.inertia < best[n].inertia:
                    best[n] = clustering
        chosen = {}
        for n in sizes:
            where, mass = anchors_of(
                best[n], points, weights, n, member=self.member, rng=np.random.default_rng((seed, n))
            )
            chosen[n] = source.allowed[where], mass
        return chosen

    def points(self, source: Source) -> FloatArray:
        """I × D embedding of the items."""
        if self.embedding == "scores":
            return np.ascontiguousarray(source.scores.T)
        if self.embedding == "scores+task":
            apart = self.task_scale * np.sqrt(source.scores.var(axis=0).mean() * source.n_models)
            return np.hstack([source.scores.T, apart * source.one_hot])
        if self.embedding == "combined":
            return self._combined(source)
        return principal_components(_needed(source, self.embedding), self.components)

    def _combined(self, source: Source) -> FloatArray:
        """Acoustic and semantic to as many dimensions as there are source models, scaled to [0, 1]; scores;
        metadata.
        """
        metadata = source.features.metadata
        if metadata is None:
            raise FeaturesMissingError("combined: the items have no metadata (flags: audio in, audio out)")
        blocks = [
            _to_unit_range(principal_components(_needed(source, kind), source.n_models))
            for kind in ("acoustic", "semantic")
        ]
        return np.hstack([*blocks, source.scores.T, np.asarray(metadata, dtype=np.float64)])


def _needed(source: Source, kind: Literal["semantic", "acoustic"] | str) -> FloatArray:
    value = source.features.semantic if kind == "semantic" else source.features.acoustic
    if value is None:
        raise FeaturesMissingError(f"{kind}: the items have no {kind} embedding; see `earwitness analysis embed`")
    return np.asarray(value)


def principal_components(embedding: AnyFloatArray, k: int) -> FloatArray:
    """The first k principal components of I × D rows (fewer where D or I is smaller), signs fixed by the largest
    loading.
    """
    k = min(k, *embedding.shape)
    if min(embedding.shape) > _EXACT_UP_TO:
        loadings = _leading_directions(embedding, k)
        centred = embedding - embedding.mean(axis=0, dtype=np.float64).astype(embedding.dtype)
    else:
        centred = np.asarray(embedding, dtype=np.float64) - np.mean(embedding, axis=0, dtype=np.float64)
        loadings = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :k]
    signs = np.sign(loadings[np.abs(loadings).argmax(axis=0), np.arange(k)])
    return np.asarray(centred @ (loadings * signs), dtype=np.float64)


def _leading_directions(embedding: AnyFloatArray, k: int) -> AnyFloatArray:
    """The first k right singular vectors by a randomised range finder with four power iterations, always the same."""
    centred = embedding.astype(np.float32)
    centred -= embedding.mean(axis=0, dtype=np.float64).astype(np.float32)
    start = np.random.default_rng(0).standard_normal((centred.shape[1], k + 20)).astype(np.float32)
    basis = np.linalg.qr(centred @ start)[0]
    for _ in range(4):
        basis = np.linalg.qr(centred @ np.linalg.qr(centred.T @ basis)[0])[0]
    return np.asarray(np.linalg.svd(basis.T @ centred, full_matrices=False)[2][:k].T)


def _to_unit_range(values: FloatArray) -> FloatArray:
    low, high = values.min(axis=0), values.max(axis=0)
    return np.asarray((values - low) / np.where(high > low, high - low, 1.0))
