"""Predicting people on rated data: what the statistics say of seven models, and what happens to models never seen."""

from typing import Any

import numpy as np

from analysis.metrics import pearson
from analysis.preference.ratings import Ratings
from analysis.preference.ridge import fit_predict
from analysis.preference.validation import (
    STATISTICS,
    over_permutations,
    pairs_of,
    permutations_of,
    statistics,
    tested,
)
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.methods import method_row
from analysis.subsets.source import Source


def unseen(
    matrix: ScoreMatrix, ratings: Ratings, *, method: str, n: int, draws: int, rated: int = 7, seed: int = 0
) -> dict[str, float]:
    """Means over draws of ``rated`` models: each statistic and its permutation null, and the truth on the others.

    The subset is chosen without the unseen rated models (18 source models at most). ``external_r`` is the
    correlation of the regression's predictions with ratings on models that took no part in anything; ``optimism``
    what the paper's statistic promises beyond it.
    """
    rng = np.random.default_rng(seed)
    rows = matrix.rows(ratings.models)
    lines = []
    for draw in range(draws):
        order = rng.permutation(ratings.n_models)
        mine, others = order[:rated], order[rated:]
        unrated = np.setdiff1d(np.arange(matrix.n_models), rows)
        sources = np.r_[rows[mine], unrated][:18]
        chosen = method_row(method).method.path(Source.of(matrix.of_models(sources)), [n], seed=draw)[n]
        x = matrix.filled[rows][:, chosen.items]
        gram, y = x @ x.T, ratings.mean
        permutations, exact = permutations_of(rated, rng=rng)
        small = gram[np.ix_(mine, mine)]
        found = over_permutations(lambda z, g=small: statistics(g, z, pairs_of(rated)), y[mine], permutations)
        predicted = fit_predict(gram, y[:, None], mine).predictions[:, 0]
        nulls = [tested(getattr(found, name), exact=exact) for name in STATISTICS]
        plain = chosen.estimate(x)
        lines.append(
            [
                *(null.value for null in nulls),
                *(null.null_mean for null in nulls),
                nulls[3].p < 0.05,
                np.nan_to_num(pearson(predicted[others], y[others])),
                np.nan_to_num(pearson(plain[others], y[others])),
            ]
        )
    means = np.mean(lines, axis=0)
    names = [
        *STATISTICS,
        *(f"{name}_null" for name in STATISTICS),
        "share_p_below_5_percent",
        "external_r",
        "external_r_plain",
    ]
    found_means = dict(zip(names, (float(v) for v in means), strict=True))
    return {**found_means, "optimism": found_means["lomo_paper"] - found_means["external_r"]}


def table(matrix: ScoreMatrix, ratings: Ratings, *, draws: int) -> dict[str, Any]:
    """The same for 10 and 100 anchors, 100 random items, and all items."""
    return {
        f"{method}, n = {n}": unseen(matrix, ratings, method=method, n=n, draws=draws)
        for method, n in (("anchor", 10), ("anchor", 100), ("random", 100), ("random", matrix.n_items))
    }
