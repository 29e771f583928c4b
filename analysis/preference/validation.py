"""How well ratings of models are predicted from their item scores: the paper's statistic, and honest ones.

Every statistic comes for the real ratings and for permutations of them, so that what noise would give stands beside it.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.preference.ridge import ALPHAS, fit_predict

STATISTICS = ("lomo_paper", "lomo_strict", "pair_accuracy", "difference_r")
_EXACT_UP_TO = 8
_CHUNK = 2048


@dataclass(frozen=True)
class Statistics:
    """P values each. ``lomo_paper``: the paper's; most of its points are fitted. ``lomo_strict``: held-out
    predictions only.

    ``pair_accuracy``: share of held-out pairs in the right order; ``difference_r``: Σ d̂d / √(Σd̂² Σd²) over
    held-out pairs.
    """

    lomo_paper: FloatArray
    lomo_strict: FloatArray
    pair_accuracy: FloatArray
    difference_r: FloatArray


@dataclass(frozen=True)
class Tested:
    """A statistic with what permuted ratings give.

    ``null_low`` to ``null_high`` holds the middle 95 % of them; one in twenty exceeds ``null_q95``. ``p``: one-sided,
    exact where all relabellings were tried.
    """

    value: float
    null_mean: float
    null_low: float
    null_high: float
    null_q95: float
    p: float
    n_permutations: int
    exact: bool


def permutations_of(n: int, *, rng: np.random.Generator, n_random: int = 10_000) -> tuple[IntArray, bool]:
    """P × n relabellings, the identity first, and whether they are all there are."""
    if n <= _EXACT_UP_TO:
        return np.array(list(itertools.permutations(range(n))), dtype=np.int64), True
    drawn = rng.permuted(np.tile(np.arange(n), (n_random, 1)), axis=1)
    return np.vstack([np.arange(n), drawn]), False


def pairs_of(n: int, most: int | None = None, *, rng: np.random.Generator | None = None) -> IntArray:
    """Q × 2 pairs of n models, all of them or ``most`` drawn at random."""
    pairs = np.array(list(itertools.combinations(range(n), 2)), dtype=np.int64)
    if most is None or len(pairs) <= most:
        return pairs
    if rng is None:
        raise TypeError("drawing pairs needs rng")
    return pairs[np.sort(rng.choice(len(pairs), most, replace=False))]


def statistics(gram: FloatArray, ratings: FloatArray, pairs: IntArray, alphas: Sequence[float] = ALPHAS) -> Statistics:
    """All four, for each column of ``ratings`` (R × P). gram: R × R of item scores; pairs: Q × 2 to hold out."""
    n, p = ratings.shape
    in_sample = np.zeros(p)
    held_out = np.empty((n, p))
    for model in range(n):
        fitted = fit_predict(gram, ratings, np.delete(np.arange(n), model), alphas)
        in_sample += column_correlations(fitted.predictions, ratings)
        held_out[model] = fitted.predictions[model]
    accuracy, difference = pair_statistics(pair_differences(gram, ratings, pairs, alphas), ratings, pairs)
    return Statistics(in_sample / n, column_correlations(held_out, ratings), accuracy, difference)


def pair_differences(
    gram: FloatArray, ratings: FloatArray, pairs: IntArray, alphas: Sequence[float] = ALPHAS
) -> FloatArray:
    """Predicted rating of the first minus the second of each pair, by the regression on the other models: Q × P."""
    n = len(gram)
    out = np.empty((len(pairs), ratings.shape[1]))
    for q, pair in enumerate(pairs):
        fitted = fit_predict(gram, ratings, np.delete(np.arange(n), pair), alphas)
        out[q] = fitted.predictions[pair[0]] - fitted.predictions[pair[1]]
    return out


def pair_statistics(predicted: FloatArray, ratings: FloatArray, pairs: IntArray) -> tuple[FloatArray, FloatArray]:
    """Accuracy and difference correlation from Q × P predicted differences."""
    actual = ratings[pairs[:, 0]] - ratings[pairs[:, 1]]
    scale = np.sqrt((predicted**2).sum(axis=0) * (actual**2).sum(axis=0))
    difference = np.divide((predicted * actual).sum(axis=0), scale, out=np.zeros_like(scale), where=scale > 0)
    return correct_order(predicted, actual).mean(axis=0), difference


def correct_order(predicted: FloatArray, actual: FloatArray) -> FloatArray:
    """1 where the order is right, 0 where it is wrong, ½ where either side is a tie."""
    return np.asarray(0.5 * (1 + np.sign(predicted) * np.sign(actual)))


def column_correlations(x: FloatArray, y: FloatArray) -> FloatArray:
    """Pearson correlation of each column of x with the same column of y: P values, 0 where one does not vary."""
    dx, dy = x - x.mean(axis=0), y - y.mean(axis=0)
    scale = np.sqrt((dx**2).sum(axis=0) * (dy**2).sum(axis=0))
    return np.asarray(np.divide((dx * dy).sum(axis=0), scale, out=np.zeros_like(scale), where=scale > 1e-15))


def over_permutations(
    compute: Callable[[FloatArray], Statistics], ratings: FloatArray, permutations: IntArray
) -> Statistics:
    """``compute`` on R × P matrices of permuted ratings, in pieces that fit the memory."""
    parts = [compute(ratings[permutations[start : start + _CHUNK]].T) for start in range(0, len(permutations), _CHUNK)]
    return Statistics(*(np.concatenate([getattr(part, name) for part in parts]) for name in STATISTICS))


def tested(values: FloatArray, *, exact: bool) -> Tested:
    """The first value against all; a permutation that gives as much counts against it."""
    at_least = int((values >= values[0] - 1e-12).sum())
    low, high, q95 = (float(v) for v in np.quantile(values, [0.025, 0.975, 0.95]))
    return Tested(
        value=float(values[0]),
        null_mean=float(values.mean()),
        null_low=low,
        null_high=high,
        null_q95=q95,
        p=at_least / len(values),
        n_permutations=len(values),
        exact=exact,
    )


def tested_each(found: Statistics, *, exact: bool) -> dict[str, Tested]:
    """Every statistic by its name."""
    return {name: tested(getattr(found, name), exact=exact) for name in STATISTICS}
