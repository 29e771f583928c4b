"""What a selection method may see: the source models' scores, and what is known of the items."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.errors import SubsetError
from analysis.scores.features import ItemFeatures
from analysis.scores.matrix import ScoreMatrix


@dataclass(frozen=True)
class Source:
    """M source models on I items of T tasks, nothing missing.

    ``scores``: M × I in [0, 1]; ``task``: I indices; ``balance``: I weights b that sum to 1; ``selectable``: I
    flags, false where no source model has a score.
    """

    scores: FloatArray
    task: IntArray
    balance: FloatArray
    selectable: BoolArray
    features: ItemFeatures

    @classmethod
    def of(cls, matrix: ScoreMatrix) -> "Source":
        """The source side of a matrix."""
        return cls(matrix.filled, matrix.task, matrix.balance, matrix.observed, matrix.features)

    @property
    def n_models(self) -> int:
        return int(self.scores.shape[0])

    @property
    def n_items(self) -> int:
        return int(self.scores.shape[1])

    @cached_property
    def n_tasks(self) -> int:
        return int(self.task.max()) + 1

    @cached_property
    def full(self) -> FloatArray:
        """Full-benchmark scores: M values."""
        return np.asarray(self.scores @ self.balance)

    @cached_property
    def one_hot(self) -> FloatArray:
        """I × T, 1 where the item is in the task."""
        return np.asarray(np.eye(self.n_tasks)[self.task])

    @cached_property
    def allowed(self) -> IntArray:
        """Columns that may be chosen."""
        return np.flatnonzero(self.selectable)

    @cached_property
    def allowed_balance(self) -> FloatArray:
        """Their balance weights, made to sum to 1."""
        weights = self.balance[self.allowed]
        return np.asarray(weights / weights.sum())

    def of_models(self, rows: IntArray) -> "Source":
        """The same items for some of the models."""
        return Source(self.scores[rows], self.task, self.balance, self.selectable, self.features)

    def check_size(self, n: int) -> None:
        """Raise unless n items can be chosen."""
        if not 1 <= n <= len(self.allowed):
            raise SubsetError(f"n = {n}; allowed: 1 to {len(self.allowed)}, the items with a score")
