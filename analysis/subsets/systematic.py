"""Systematic sampling along tasks and difficulty, its plain weights half calibrated (not in the paper).

The items stand in a row, task after task, easy to hard in one task and hard to easy in the next; n of them are taken
at equal steps of their balance weights (Madow 1949, "On the theory of systematic sampling, II"). Every item has its
due chance, so that the weighted sum is unbiased, and each task and level of difficulty has its share of the sample.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.subsets.calibrated import ALPHAS, calibrate
from analysis.subsets.linear import LinearEstimator
from analysis.subsets.source import Source


@dataclass(frozen=True)
class Systematic:
    """A systematic sample; the score is Σ w_i s_i + bias.

    ``calibrated``: how much of the calibration's correction is applied: 0 gives the plain weights, 1 the calibrated
    ones. Half of it held up on data where either end failed.
    """

    calibrated: float = 0.5
    alphas: tuple[float, ...] = ALPHAS

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, LinearEstimator]:
        """A sample of its own for each size."""
        estimators = {}
        for n in sizes:
            items, weights = systematic_draw(source, n, rng=np.random.default_rng((seed, n)))
            estimators[n] = calibrate(source, items, weights, self.alphas, share=self.calibrated)
        return estimators


def systematic_draw(source: Source, n: int, *, rng: np.random.Generator) -> tuple[IntArray, FloatArray]:
    """n columns and their weights, which sum to 1: one over the chance of each item, times its balance weight.

    Items so heavy that they would be drawn twice (those of tasks with few items) are taken for certain, with their
    balance weight; the others share what is left.
    """
    source.check_size(n)
    allowed, balance = source.allowed, source.allowed_balance
    certain = np.zeros(len(allowed), dtype=bool)
    while True:
        left = n - int(certain.sum())
        heavy = ~certain & (balance * left >= balance[~certain].sum())
        if left == 0 or not heavy.any():
            break
        certain |= heavy
    rest = _in_a_row(source, np.flatnonzero(~certain), rng)
    mass = np.cumsum(balance[rest])
    steps = (np.arange(left) + rng.random()) / max(left, 1) * (mass[-1] if left else 0.0)
    drawn = rest[np.minimum(np.searchsorted(mass, steps, side="right"), len(rest) - 1)]
    weights = np.r_[balance[certain], np.full(left, (mass[-1] if left else 0.0) / max(left, 1))]
    return allowed[np.r_[np.flatnonzero(certain), drawn]], weights


def _in_a_row(source: Source, positions: IntArray, rng: np.random.Generator) -> IntArray:
    """Positions among the allowed items: tasks in random order, difficulty up and down by turns, equals at random."""
    columns = source.allowed[positions]
    place = rng.permutation(source.n_tasks)[source.task[columns]]
    level = np.round(source.scores[:, columns].mean(axis=0), 9)
    return positions[np.lexsort((rng.random(len(positions)), np.where(place % 2 == 0, level, -level), place))]
