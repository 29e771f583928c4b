"""From a score matrix to a subset."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, cast

import numpy as np

from analysis.arrays import FloatArray
from analysis.errors import SubsetError
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.linear import LinearEstimator
from analysis.subsets.method import Estimator, Method
from analysis.subsets.methods import method_row
from analysis.subsets.optimal_design import BudgetDesign
from analysis.subsets.source import Source
from analysis.subsets.subset import Calibration, Subset

_FEWEST_FOR_CALIBRATION = 4
OnRefit = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    del done, total


@dataclass(frozen=True)
class Selector:
    """Chooses n items with one of the methods in :data:`analysis.subsets.methods.METHODS`, or with any ``Method``.

    ``calibrate``: refit without each source model in turn (in ``n_groups`` groups when there are more models than
    that), so that estimates come with intervals; costs as many fits.
    """

    method: str = "automatic"
    n: int = 50
    seed: int = 0
    calibrate: bool = True
    n_groups: int = 20
    custom: Method | None = None

    def fit(self, matrix: ScoreMatrix, *, on_refit: OnRefit = _silent) -> Subset:
        """The subset for these source models. ``on_refit(done, total)``: called before the refits and after each."""
        method = self.custom if self.custom is not None else method_row(self.method).method
        if matrix.n_models < 2:
            raise SubsetError(f"{matrix.n_models} source model; choosing items needs at least 2")
        source = Source.of(matrix)
        source.check_size(self.n)
        estimator = method.path(source, [self.n], seed=self.seed)[self.n]
        calibration = None
        if self.calibrate and matrix.n_models >= _FEWEST_FOR_CALIBRATION:
            calibration = self._calibrated(
                lambda left: method.path(left, [self.n], seed=self.seed)[self.n], source, on_refit
            )
        name = self.method if self.custom is None else type(method).__name__
        return self._subset(matrix, estimator, name, _options(method), calibration)

    def fit_within(
        self, matrix: ScoreMatrix, budget: float, budget_of: str = "seconds", *, on_refit: OnRefit = _silent
    ) -> Subset:
        """The c-optimal subset whose items cost at most ``budget`` seconds or US dollars together; ``n`` is not
        used.
        """
        design = BudgetDesign(budget, budget_of)
        source = Source.of(matrix)
        estimator = design.choose(source)
        calibration = None
        if self.calibrate and matrix.n_models >= _FEWEST_FOR_CALIBRATION:
            calibration = self._calibrated(design.choose, source, on_refit)
        return self._subset(matrix, estimator, "optimal", asdict(design), calibration)

    def _subset(
        self,
        matrix: ScoreMatrix,
        estimator: Estimator,
        method: str,
        options: Mapping[str, Any],
        calibration: Calibration | None,
    ) -> Subset:
        items = estimator.items
        return Subset(
            items=tuple(matrix.items[i] for i in items),
            tasks=tuple(matrix.tasks[matrix.task[i]] for i in items),
            weights=estimator.weights,
            bias=estimator.bias if isinstance(estimator, LinearEstimator) else None,
            method=method,
            options=options,
            seed=self.seed,
            data_hash=matrix.digest,
            estimator=estimator,
            calibration=calibration,
            source_models=matrix.models,
            source_scores=matrix.scores[:, items],
        )

    def _calibrated(self, fit: Callable[[Source], Estimator], source: Source, on_refit: OnRefit) -> Calibration:
        m = source.n_models
        groups = np.random.default_rng((self.seed, 17)).permutation(m) % min(self.n_groups, m)
        errors, spread = np.empty(m), np.empty(m)
        n_groups = int(groups.max()) + 1
        on_refit(0, n_groups)
        for g in range(n_groups):
            out = np.flatnonzero(groups == g)
            estimator = fit(source.of_models(np.flatnonzero(groups != g)))
            errors[out], spread[out] = _held_out(estimator, source, out)
            on_refit(g + 1, n_groups)
        return Calibration.of(errors, spread)


def _held_out(estimator: Estimator, source: Source, rows: Any) -> tuple[FloatArray, FloatArray]:
    scores = source.scores[np.ix_(rows, estimator.items)]
    return estimator.estimate(scores) - source.full[rows], estimator.standard_errors(scores)


def _options(method: Method) -> Mapping[str, Any]:
    return asdict(cast("Any", method)) if is_dataclass(method) else {}
