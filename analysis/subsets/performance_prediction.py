"""IRT-based selection with p-IRT estimates (HUMANS paper, 3.2.3, C.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.subsets.anchors import Member, anchors_of
from analysis.subsets.item_response import ItemParameters, binarised, fit_abilities, fit_item_response, sigmoid
from analysis.subsets.kmeans import kmeans
from analysis.subsets.source import Source


@dataclass(frozen=True)
class PredictedPerformance:
    """p-IRT: what was asked counts as answered, the rest as predicted (Eq. 14, 15).

    ``items``: n columns; ``discrimination``: I × D; ``difficulty``: I; ``balance``: I; ``thresholds``: n, the score at
    which each chosen item counts as answered; ``observed``: whether the asked items enter as 0/1 or with their scores.
    """

    items: IntArray
    weights: FloatArray
    discrimination: FloatArray
    difficulty: FloatArray
    balance: FloatArray
    thresholds: FloatArray
    observed: Literal["binary", "score"] = "binary"
    prior_precision: float = 0.0

    def estimate(self, scores: FloatArray) -> FloatArray:
        """K × n scores, NaN where missing → K estimates."""
        missing = np.isnan(scores)
        responses = np.where(missing, np.nan, (np.nan_to_num(scores) >= self.thresholds).astype(np.float64))
        ability = fit_abilities(
            responses,
            self.discrimination[self.items],
            self.difficulty[self.items],
            prior_precision=self.prior_precision,
        )
        p = sigmoid(ability @ self.discrimination.T - self.difficulty)
        asked = responses if self.observed == "binary" else scores
        p[:, self.items] = np.where(missing, p[:, self.items], asked)
        return np.asarray(p @ self.balance)

    def standard_errors(self, scores: FloatArray) -> FloatArray:
        """K relative standard errors, larger where scores are missing."""
        return np.asarray(np.sqrt(scores.shape[1] / np.maximum((~np.isnan(scores)).sum(axis=1), 1)))


@dataclass(frozen=True)
class IrtBased:
    """Weighted k-means on [α_i; β_i] of a D-dimensional 2PL; the score is p-IRT.

    ``member``: "nearest" to the centroid as the paper, or a "random" member, which spreads over items with equal
    responses as the sampling noise of py-irt's parameters does. ``observed``: Y_im of Eq. 15 as binarised ("binary")
    or as scored. Thresholds are found within tasks.
    """

    dimensions: int = 5
    member: Member = "nearest"
    observed: Literal["binary", "score"] = "binary"
    prior_precision: float = 0.0

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, PredictedPerformance]:
        """One fit of the model, a clustering for each size."""
        for n in sizes:
            source.check_size(n)
        responses, thresholds = binarised(source.scores, source.task)
        return self.choose(source, fit_item_response(responses, self.dimensions), thresholds, sizes, seed=seed)

    def choose(
        self, source: Source, model: ItemParameters, thresholds: FloatArray, sizes: Sequence[int], *, seed: int
    ) -> dict[int, PredictedPerformance]:
        """The same with a model that is fitted already; ``thresholds``: one for each task."""
        points = np.c_[model.discrimination, model.difficulty][source.allowed]
        weights = source.allowed_balance
        estimators = {}
        for n, clustering in kmeans(points, weights, sizes, seed=seed).items():
            where, mass = anchors_of(
                clustering, points, weights, n, member=self.member, rng=np.random.default_rng((seed, n))
            )
            items = source.allowed[where]
            estimators[n] = PredictedPerformance(
                items=items,
                weights=mass,
                discrimination=model.discrimination,
                difficulty=model.difficulty,
                balance=source.balance,
                thresholds=thresholds[source.task[items]],
                observed=self.observed,
                prior_precision=self.prior_precision,
            )
        return estimators
