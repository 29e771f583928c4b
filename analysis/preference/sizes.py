"""How the choice of size and method shows in the statistics: Figures 3 and 4 and Table 11 of the HUMANS paper."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.preference.ratings import Ratings
from analysis.preference.validation import Tested, column_correlations, correct_order, pairs_of, statistics, tested
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.methods import method_row
from analysis.subsets.source import Source

CONTROL = "random"


@dataclass(frozen=True)
class SizeLine:
    """Means over seeds for one method and size; ``n`` of None is the whole benchmark.

    ``plain_r``: the subset score against ratings (Fig. 3); ``lomo_paper`` (Fig. 4); ``pair_regression``,
    ``pair_plain`` (Table 11); ``difference_r``: held out. Beside each, ``…_null_q95``: the 95 % point of permuted
    ratings, which one relabelling in twenty exceeds.
    """

    method: str
    n: int | None
    plain_r: float
    plain_r_null_q95: float
    lomo_paper: float
    lomo_null_mean: float
    lomo_null_q95: float
    pair_regression: float
    pair_regression_null_q95: float
    pair_plain: float
    pair_plain_null_q95: float
    difference_r: float
    difference_r_null_q95: float


def by_size(
    matrix: ScoreMatrix,
    ratings: Ratings,
    methods: Sequence[str],
    sizes: Sequence[int],
    *,
    rng: np.random.Generator,
    n_seeds: int = 5,
    n_permutations: int = 300,
) -> tuple[SizeLine, ...]:
    """A line for each method and size, and one for the whole benchmark. Random subsets are always among them."""
    rows = matrix.rows(ratings.models)
    source = Source.of(matrix)
    r = ratings.n_models
    pairs = pairs_of(r, 60, rng=rng)
    shuffled = rng.permuted(np.tile(np.arange(r), (n_permutations, 1)), axis=1)
    permuted = ratings.mean[np.vstack([np.arange(r), shuffled])].T
    filled, lines = matrix.filled[rows], []
    for method in dict.fromkeys((*methods, CONTROL)):
        by_seed = [method_row(method).method.path(source, sizes, seed=seed) for seed in range(n_seeds)]
        for n in sizes:
            found = [
                _one(filled[:, e.items], e.estimate(filled[:, e.items]), permuted, pairs)
                for e in (fitted[n] for fitted in by_seed)
            ]
            lines.append(SizeLine(method, n, *np.mean(found, axis=0).tolist()))
    lines.append(SizeLine("full benchmark", None, *_one(filled, matrix.full_scores[rows], permuted, pairs)))
    return tuple(lines)


def _one(scores: FloatArray, plain: FloatArray, permuted: FloatArray, pairs: IntArray) -> tuple[float, ...]:
    """The fields of a line from ``plain_r`` on. ``permuted``: R × P ratings, the real ones first."""
    found = statistics(scores @ scores.T, permuted, pairs)
    guessed = plain[pairs[:, 0]] - plain[pairs[:, 1]]
    ordered = correct_order(guessed[:, None], permuted[pairs[:, 0]] - permuted[pairs[:, 1]]).mean(axis=0)
    correlation = column_correlations(np.broadcast_to(plain[:, None], permuted.shape), permuted)
    plain_r, lomo, regression, pair_plain, difference = (
        tested(values, exact=False)
        for values in (correlation, found.lomo_paper, found.pair_accuracy, ordered, found.difference_r)
    )
    return (
        *_beside(plain_r),
        lomo.value,
        lomo.null_mean,
        lomo.null_q95,
        *_beside(regression),
        *_beside(pair_plain),
        *_beside(difference),
    )


def _beside(one: Tested) -> tuple[float, float]:
    return one.value, one.null_q95
