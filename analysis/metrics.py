"""How well estimates order and track models: correlations, the area under their curve, sizes that reach a level."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from analysis.arrays import FloatArray


def pearson(x: FloatArray, y: FloatArray) -> float:
    """Pearson correlation of two vectors; NaN where one of them does not vary."""
    dx, dy = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((dx @ dx) * (dy @ dy)))
    # Rounding leaves a constant vector with a spread of a few ulps; that is still no variation.
    if scale == 0 or np.ptp(x) <= 1e-12 * np.abs(x).max() or np.ptp(y) <= 1e-12 * np.abs(y).max():
        return float("nan")
    return float(np.clip((dx @ dy) / scale, -1.0, 1.0))


def spearman(x: FloatArray, y: FloatArray) -> float:
    """Spearman rank correlation, ties at their mean rank."""
    return pearson(np.asarray(stats.rankdata(x), dtype=float), np.asarray(stats.rankdata(y), dtype=float))


def kendall(x: FloatArray, y: FloatArray) -> float:
    """Kendall's τ-b."""
    upper = np.triu_indices(len(x), 1)
    dx = np.sign(x[:, None] - x[None, :])[upper]
    dy = np.sign(y[:, None] - y[None, :])[upper]
    scale = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return float((dx @ dy) / scale) if scale else float("nan")


def area_under_curve(sizes: Sequence[int], values: Sequence[float], low: int = 10, high: int = 200) -> float:
    """AUCC: the mean of the correlation over n in [low, high], by trapezoids between the sizes computed.

    Sizes that span only a part of the range give the mean over that part; fewer than two sizes in it give NaN. The
    value depends on the grid: the paper's own grid is denser than the six sizes that it prints.
    """
    kept = [(n, v) for n, v in sorted(zip(sizes, values, strict=True)) if low <= n <= high]
    if len(kept) < 2:
        return float("nan")
    n, v = np.array(kept, dtype=float).T
    return float(np.trapezoid(v, n) / (n[-1] - n[0]))


def smallest_size(sizes: Sequence[int], values: Sequence[float], level: float) -> float:
    """N90, N95: the smallest n at which the curve reaches the level, linear between the sizes; NaN if it never does."""
    points = sorted(zip(sizes, values, strict=True))
    for i, (n, value) in enumerate(points):
        if value >= level:
            if i == 0:
                return float(n)
            before, low = points[i - 1]
            return float(np.ceil(before + (n - before) * (level - low) / (value - low)))
    return float("nan")
