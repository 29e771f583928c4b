"""What random subsets of the same size reach: the control beside every figure of a chosen one."""

from collections.abc import Mapping

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.metrics import pearson
from analysis.preference.validation import STATISTICS, correct_order, pairs_of, statistics
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.methods import method_row
from analysis.subsets.source import Source

_MOST_PAIRS = 60


def random_control(
    matrix: ScoreMatrix, rows: IntArray, ratings: FloatArray, n: int, *, n_subsets: int = 20, seed: int = 0
) -> Mapping[str, float]:
    """Means over task-balanced random subsets of n items: the four statistics, ``plain_r``, ``pair_plain``.

    ``rows``: where the R rated models stand in the matrix; ``ratings``: R. A random subset as large as the benchmark
    would be the benchmark: where n is more than half of it, half of it is drawn, and no more than 100.
    """
    half = max(matrix.n_items // 2, 1)
    size = n if n <= half else min(100, half)
    pairs = pairs_of(len(rows), _MOST_PAIRS, rng=np.random.default_rng(seed))
    actual = ratings[pairs[:, 0]] - ratings[pairs[:, 1]]
    source, filled = Source.of(matrix), matrix.filled[rows]
    lines = []
    for k in range(n_subsets):
        chosen = method_row("random").method.path(source, [size], seed=seed + k)[size]
        x = filled[:, chosen.items]
        plain = chosen.estimate(x)
        found = statistics(x @ x.T, ratings[:, None], pairs)
        lines.append(
            [
                *(float(getattr(found, name)[0]) for name in STATISTICS),
                float(np.nan_to_num(pearson(plain, ratings))),
                float(correct_order(plain[pairs[:, 0]] - plain[pairs[:, 1]], actual).mean()),
            ]
        )
    means = np.mean(lines, axis=0)
    return dict(zip((*STATISTICS, "plain_r", "pair_plain"), (float(v) for v in means), strict=True))
