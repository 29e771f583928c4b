"""How sure one can be of a share of pairs in the right order, when the pairs share models.

Q pairs of R models are worth fewer than Q independent ones. A score without training orders pairs as Kendall's τ does,
whose variance is known for normal data (Esscher 1924): with θ the share of pairs in the right order,

    Var = (Q θ(1 − θ) + C c(θ)) / Q²,   c(θ) = ¼ (1/9 − (2/π · asin(½ sin(π(θ − ½))))²),

C counting the ordered pairs of pairs that share a model. How much more held-out predictions share (training models,
and through them signs and weights) is read off the same scores with relabelled ratings: their variance at θ = ½.
"""

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.preference.uncertainty import Interval

_Z = 1.959963984540054
_GRID = np.linspace(0.0, 1.0, 2001)


def accuracy_interval(accuracy: float, pairs: IntArray, null_variance: float, *, decay: float = 1.0) -> Interval:
    """95 % score interval: every θ at whose own variance the accuracy found would lie within 1.96 errors.

    pairs: Q × 2; ``null_variance``: of the accuracy over relabelled ratings; ``decay``: how fast what pairs share
    vanishes as θ leaves ½, 1 for a score without training and :func:`learnt_decay` for a regression.
    """
    q = len(pairs)
    shared = max(null_variance * q**2 - q / 4, 0.0)
    variance = (q * _GRID * (1 - _GRID) + shared * _sharing(_GRID) ** decay) / q**2
    inside = _GRID[(accuracy - _GRID) ** 2 <= _Z**2 * variance]
    return Interval(accuracy, float(min(inside[0], accuracy)), float(max(inside[-1], accuracy)))


def learnt_decay(n_models: int) -> float:
    """The decay for weights learnt from other models: slower with few, since then the weights themselves are chance.

    Found by simulation; `python -m benchmarks.analysis coverage` measures the intervals, on other data too.
    """
    return 1 - 15 / n_models**2


def difference_interval(regression: FloatArray, plain: FloatArray, pairs: IntArray, null_variance: float) -> Interval:
    """95 % interval of the difference of two accuracies on the same pairs, Q values each of 0, ½ or 1.

    Agresti and Min's adjusted interval for paired shares (half a pair added to each cell), at the variance of no
    difference, times a design effect: at θ = ½ that of relabelled ratings, where two orders disagree on half the
    pairs, and vanishing as the accuracies near 1.
    """
    q = len(pairs)
    apart = regression - plain
    share = (np.abs(apart).sum() + 1) / (q + 2)
    level = float(np.clip((regression.mean() + plain.mean()) / 2, 0, 1))
    effect = 1 + max(null_variance * q / 0.5 - 1, 0.0) * float(_sharing(np.array([level]))[0])
    half = _Z * np.sqrt(effect * share / q)
    mean = float(apart.mean())
    return Interval(mean, float(max(mean - half, -1.0)), float(min(mean + half, 1.0)))


def _sharing(theta: FloatArray) -> FloatArray:
    """c(θ) / c(½)."""
    correlation = np.sin(np.pi * (theta - 0.5))
    return np.asarray(np.clip(1 - 9 * (2 / np.pi * np.arcsin(correlation / 2)) ** 2, 0.0, 1.0))
