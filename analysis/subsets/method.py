"""What every selection method does, and what it gives back."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from analysis.arrays import FloatArray, IntArray
from analysis.subsets.source import Source


class Estimator(Protocol):
    """A subset and how its scores become an estimate of the full score."""

    @property
    def items(self) -> IntArray:
        """n columns."""

    @property
    def weights(self) -> FloatArray:
        """n weights; for estimators that are no weighted sum, each item's share of the benchmark."""

    def estimate(self, scores: FloatArray) -> FloatArray:
        """K × n scores, NaN where missing → K estimates."""

    def standard_errors(self, scores: FloatArray) -> FloatArray:
        """K standard errors, up to a scale that is found on held-out source models."""


class Method(Protocol):
    """A way to choose subsets. Its options are its fields; it holds no data."""

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> Mapping[int, Estimator]:
        """An estimator on exactly n items for each size n. A size's result does not depend on the other sizes."""
