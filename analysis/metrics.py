"""How well estimates order and track models: correlations, the area under their curve, sizes that reach a level."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from analysis.arrays import BoolArray, FloatArray


def pearson(x: FloatArray, y: FloatArray) -> FloatArray:
    """Pearson correlation along the last axis; NaN where one side does not vary."""
    dx, dy = x - x.mean(axis=-1, keepdims=True), y - y.mean(axis=-1, keepdims=True)
    scale = np.sqrt((dx**2).sum(axis=-1) * (dy**2).sum(axis=-1))
    varies = _varies(x) & _varies(y) & (scale > 0)
    r = np.divide((dx * dy).sum(axis=-1), scale, out=np.full(scale.shape, np.nan), where=varies)
    return np.asarray(np.clip(r, -1.0, 1.0))


def _varies(values: FloatArray) -> BoolArray:
    # Rounding leaves a constant vector with a spread of a few ulps; that is still no variation.
    return np.asarray(np.ptp(values, axis=-1) > 1e-12 * np.abs(values).max(axis=-1))


def spearman(x: FloatArray, y: FloatArray) -> FloatArray:
    """Spearman rank correlation along the last axis, ties at their mean rank."""
    return pearson(stats.rankdata(x, axis=-1), stats.rankdata(y, axis=-1))


def kendall(x: FloatArray, y: FloatArray) -> FloatArray:
    """Kendall's τ-b along the last axis."""
    first, second = np.triu_indices(x.shape[-1], 1)
    dx = np.sign(x[..., first] - x[..., second])
    dy = np.sign(y[..., first] - y[..., second])
    scale = np.sqrt((dx**2).sum(axis=-1) * (dy**2).sum(axis=-1))
    return np.asarray(np.divide((dx * dy).sum(axis=-1), scale, out=np.full(scale.shape, np.nan), where=scale > 0))


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
