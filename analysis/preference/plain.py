"""The subset's benchmark score against ratings, unweighted by people."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.metrics import kendall, pearson, spearman
from analysis.preference.ratings import Ratings
from analysis.preference.uncertainty import Bootstrap, Interval, fisher_interval, two_level_bootstrap
from analysis.preference.validation import Tested, column_correlations, tested


@dataclass(frozen=True)
class PlainScore:
    """No training, so that every model is unseen. ``permuted``: r over relabelled ratings."""

    pearson: Interval
    pearson_p: float
    permuted: Tested
    spearman: float
    kendall: float
    bootstrap: Bootstrap | None
    above_ceiling: bool


def plain_score(
    scores: FloatArray,
    ratings: Ratings,
    permutations: IntArray,
    *,
    ceiling: float,
    exact: bool,
    rng: np.random.Generator,
) -> PlainScore:
    """scores: R; permutations: P × R; ``ceiling``: the largest r that the ratings' noise lets expect.

    A score that is the same for all models says nothing: r = 0.
    """
    shuffled = ratings.mean[permutations].T
    null = tested(column_correlations(np.broadcast_to(scores[:, None], shuffled.shape), shuffled), exact=exact)
    value = float(np.nan_to_num(pearson(scores, ratings.mean)))
    return PlainScore(
        pearson=fisher_interval(value, ratings.n_models),
        pearson_p=null.p,
        permuted=null,
        spearman=float(np.nan_to_num(spearman(scores, ratings.mean))),
        kendall=float(np.nan_to_num(kendall(scores, ratings.mean))),
        bootstrap=two_level_bootstrap(scores, ratings, rng=rng),
        above_ceiling=value > ceiling,
    )
