"""Ridge regression from a random subset, and the best of many random subsets (HUMANS paper, 3.2.1, C.1, C.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.errors import SubsetError
from analysis.subsets import kernel_ridge
from analysis.subsets.kernel_ridge import CvScore
from analysis.subsets.linear import LinearEstimator
from analysis.subsets.random_sampling import balanced_draws
from analysis.subsets.source import Source

ALPHAS = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)


@dataclass(frozen=True)
class RandomSamplingLearn:
    """A task-balanced random sample, and ridge from its scores to the full score; λ by 5-fold cross-validation.

    ``score``: how folds are judged; see :func:`analysis.subsets.kernel_ridge.choose_alpha`. The default is what the
    paper's scikit-learn call does.
    """

    score: CvScore = "r2"
    alphas: tuple[float, ...] = ALPHAS

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, LinearEstimator]:
        """Nested samples, a regression on each."""
        drawn = balanced_draws(source, 1, max(sizes), rng=np.random.default_rng(seed))[0]
        return {n: learn(source, drawn[:n], self.score, self.alphas) for n in sizes}


@dataclass(frozen=True)
class Search:
    """What a search found: its candidates' validation errors (mean absolute), and which candidate won with which α."""

    errors: FloatArray
    best: int
    alpha: float
    estimator: LinearEstimator


@dataclass(frozen=True)
class RandomSearchLearn:
    """The best of N task-balanced random samples by validation error on a quarter of the source models; then ridge
    on all.

    ``n_candidates``: N; ``train_share``: the part of the source models to train on; ``score``: as above.
    """

    n_candidates: int = 1000
    train_share: float = 0.75
    score: CvScore = "r2"
    alphas: tuple[float, ...] = ALPHAS

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, LinearEstimator]:
        """The winner for each size."""
        rng = np.random.default_rng(seed)
        order = rng.permutation(source.n_models)
        candidates = balanced_draws(source, self.n_candidates, max(sizes), rng=rng)
        found = self.search(source, candidates, sizes, order)
        return {n: found[n].estimator for n in sizes}

    def search(self, source: Source, candidates: IntArray, sizes: Sequence[int], order: IntArray) -> dict[int, Search]:
        """Judge the beginnings of the candidates (N × n columns); ``order``: the source models, training ones first."""
        n_train = int(source.n_models * self.train_share)
        if n_train < 2 or n_train == source.n_models:
            raise SubsetError(f"{source.n_models} source models; a training and a validation part need at least 3")
        train, validation = order[:n_train], order[n_train:]
        ordered = sorted(sizes)
        gram = kernel_ridge.grams(source.scores, candidates, np.array(ordered, dtype=np.int64))
        alphas = np.array(self.alphas)
        found = {}
        for kernel, n in zip(gram, ordered, strict=True):
            chosen = kernel_ridge.choose_alpha(kernel, source.full, train, alphas, score=self.score)
            predicted = kernel_ridge.predict(kernel, source.full, train, validation, chosen)
            errors = np.abs(predicted - source.full[validation]).mean(axis=1)
            best = int(errors.argmin())
            everyone = np.arange(source.n_models)
            alpha = float(
                kernel_ridge.choose_alpha(kernel[best : best + 1], source.full, everyone, alphas, score=self.score)[0]
            )
            items = candidates[best, :n]
            weights, bias = kernel_ridge.primal(source.scores[:, items], source.full, alpha)
            found[n] = Search(errors, best, alpha, LinearEstimator.weighted(source, items, weights, bias))
        return found


def learn(source: Source, items: IntArray, score: CvScore, alphas: tuple[float, ...]) -> LinearEstimator:
    """Ridge from the items' scores to the full score."""
    features = source.scores[:, items]
    rows = np.arange(source.n_models)
    alpha = kernel_ridge.choose_alpha((features @ features.T)[None], source.full, rows, np.array(alphas), score=score)
    weights, bias = kernel_ridge.primal(features, source.full, float(alpha[0]))
    return LinearEstimator.weighted(source, items, weights, bias)
