"""How the choice of size and method shows in the statistics: Figures 3 and 4 and Table 11 of the HUMANS paper."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.metrics import pearson
from analysis.preference.ratings import Ratings
from analysis.preference.validation import correct_order, pairs_of, statistics, tested
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.methods import method_row
from analysis.subsets.source import Source


@dataclass(frozen=True)
class SizeLine:
    """Means over seeds for one method and size; ``n`` of None is the whole benchmark.

    ``plain_r``: the subset score against ratings (Fig. 3); ``lomo_paper`` (Fig. 4) with the 95 % point that permuted
    ratings reach; ``pair_regression``, ``pair_plain`` (Table 11); ``difference_r``: held out.
    """

    method: str
    n: int | None
    plain_r: float
    lomo_paper: float
    lomo_null_mean: float
    lomo_null_high: float
    pair_regression: float
    pair_plain: float
    difference_r: float


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
    """A line for each method and size, and one for the whole benchmark."""
    rows = matrix.rows(ratings.models)
    source = Source.of(matrix)
    r = ratings.n_models
    pairs = pairs_of(r, 60, rng=rng)
    shuffled = rng.permuted(np.tile(np.arange(r), (n_permutations, 1)), axis=1)
    permuted = ratings.mean[np.vstack([np.arange(r), shuffled])].T
    filled, lines = matrix.filled[rows], []
    for method in methods:
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
    found = statistics(scores @ scores.T, permuted, pairs)
    lomo = tested(found.lomo_paper, exact=False)
    y = permuted[:, 0]
    ordered = correct_order(plain[pairs[:, 0]] - plain[pairs[:, 1]], y[pairs[:, 0]] - y[pairs[:, 1]])
    return (
        float(np.nan_to_num(pearson(plain, y))),
        lomo.value,
        lomo.null_mean,
        lomo.null_high,
        float(found.pair_accuracy[0]),
        float(ordered.mean()),
        float(found.difference_r[0]),
    )
