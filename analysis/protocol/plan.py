"""What is to be run: which methods, sizes and folds (HUMANS paper, Section 3.3)."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import IntArray
from analysis.errors import AnalysisError
from analysis.subsets.methods import PAPER_METHODS, method_row

PAPER_SIZES = (10, 20, 30, 50, 100, 200)
ADAPTIVE = "adaptive"
DEFAULT_METHODS = (*PAPER_METHODS, "anchor-task-hierarchical", "optimal", ADAPTIVE)


@dataclass(frozen=True)
class Plan:
    """``n_folds``-fold cross-validation over models, repeated.

    ``pool``: models drawn anew for each repeat; None takes all models each time, as the paper does with its 18.
    """

    methods: tuple[str, ...] = DEFAULT_METHODS
    sizes: tuple[int, ...] = PAPER_SIZES
    repeats: int = 100
    n_folds: int = 3
    seed: int = 0
    pool: int | None = None

    def __post_init__(self) -> None:
        for name in self.methods:
            if name != ADAPTIVE:
                method_row(name)
        if not self.sizes or min(self.sizes) < 1:
            raise AnalysisError(f"sizes {list(self.sizes)}; allowed: 1 and more")
        if self.repeats < 1 or self.n_folds < 2:
            raise AnalysisError(f"{self.repeats} repeats of {self.n_folds} folds; allowed: from 1 and from 2")

    def check(self, n_models: int) -> None:
        """Raise unless every fold can hold out three models: fewer have no correlation worth the name."""
        drawn = n_models if self.pool is None else min(self.pool, n_models)
        if drawn // self.n_folds < 3:
            raise AnalysisError(
                f"{drawn} models in {self.n_folds} folds; a correlation needs at least 3 models in each fold"
            )

    def folds(self, repeat: int, n_models: int) -> list[IntArray]:
        """The held-out rows of each fold of a repeat; together they are the pool."""
        order = np.random.default_rng((self.seed, repeat)).permutation(n_models)
        return [np.sort(part) for part in np.array_split(order[: self.pool], self.n_folds)]

    def method_seed(self, repeat: int) -> int:
        """The seed of every method in a repeat."""
        return int(np.random.SeedSequence((self.seed, repeat, 1)).generate_state(1)[0])


def label_of(name: str) -> str:
    """The name of a method in tables."""
    return "C-optimal, adaptive" if name == ADAPTIVE else method_row(name).label
