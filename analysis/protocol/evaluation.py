"""One repeat of the cross-validation: every method on every fold at every size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.errors import FeaturesMissingError
from analysis.protocol.plan import ADAPTIVE, Plan
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.anchors import principal_components
from analysis.subsets.hierarchical import fit_hierarchical
from analysis.subsets.linear import LinearEstimator
from analysis.subsets.method import Estimator
from analysis.subsets.methods import method_row
from analysis.subsets.optimal_design import adaptive_estimates
from analysis.subsets.source import Source

Estimates = Mapping[str, Mapping[int, FloatArray]]
Counts = Mapping[str, Mapping[int, IntArray]]


@dataclass(frozen=True)
class RepeatResult:
    """``estimates``: method → size → M values, each model's estimate from the fold that held it out, NaN outside the
    pool.

    ``composition``: method → size → T counts of chosen items, summed over the folds.
    """

    repeat: int
    estimates: Estimates
    composition: Counts


def prepared(matrix: ScoreMatrix) -> ScoreMatrix:
    """The matrix with its embeddings reduced to the components that any method looks at.

    Principal components do not depend on the fold, and the components of components are the same again.
    """
    keep = max(50, matrix.n_models)
    changes: dict[str, Any] = {
        kind: principal_components(np.asarray(value), keep)
        for kind in ("semantic", "acoustic")
        if (value := getattr(matrix.features, kind)) is not None and value.shape[1] > keep
    }
    return replace(matrix, features=replace(matrix.features, **changes)) if changes else matrix


def runnable(matrix: ScoreMatrix, methods: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Methods that these items allow, and for each other one the reason."""
    source = Source.of(matrix.of_models(range(min(4, matrix.n_models))))
    refused: dict[str, str] = {}
    for name in methods:
        method = None if name == ADAPTIVE else method_row(name).method
        if (points := getattr(method, "points", None)) is not None:
            try:
                points(source)
            except FeaturesMissingError as error:
                refused[name] = str(error)
    return tuple(name for name in methods if name not in refused), refused


def evaluate_repeat(matrix: ScoreMatrix, plan: Plan, repeat: int, todo: Mapping[str, Sequence[int]]) -> RepeatResult:
    """Run ``todo`` (method → sizes) on each fold of a repeat."""
    seed = plan.method_seed(repeat)
    n_tasks = len(matrix.tasks)
    estimates = {name: {n: np.full(matrix.n_models, np.nan) for n in sizes} for name, sizes in todo.items()}
    composition = {name: {n: np.zeros(n_tasks, dtype=np.int64) for n in sizes} for name, sizes in todo.items()}
    folds = plan.folds(repeat, matrix.n_models)
    pool = np.sort(np.concatenate(folds))
    everyone = Source.of(matrix.of_models(pool))
    # What looks at no score chooses the same items in every fold.
    fixed = {
        name: method_row(name).method.path(everyone, sizes, seed=seed)
        for name, sizes in todo.items()
        if name != ADAPTIVE and not method_row(name).uses_scores
    }
    for held_out in folds:
        source = Source.of(matrix.of_models(np.setdiff1d(pool, held_out)))
        targets = matrix.scores[held_out]
        for name, sizes in todo.items():
            for n, (values, items) in _fold(name, fixed.get(name), source, targets, sizes, seed).items():
                estimates[name][n][held_out] = values
                composition[name][n] += np.bincount(matrix.task[items.ravel()], minlength=n_tasks)
    return RepeatResult(repeat, estimates, composition)


def _fold(
    name: str,
    fixed: Mapping[int, Estimator] | None,
    source: Source,
    targets: FloatArray,
    sizes: Sequence[int],
    seed: int,
) -> dict[int, tuple[FloatArray, IntArray]]:
    """For each size the held-out models' estimates and the items they came from."""
    if name == ADAPTIVE:
        return adaptive_estimates(fit_hierarchical(source), source, targets, sizes)
    if fixed is None:
        fitted = method_row(name).method.path(source, sizes, seed=seed)
    else:
        fitted = {n: LinearEstimator.weighted(source, e.items, e.weights) for n, e in fixed.items()}
    return {n: (e.estimate(targets[:, e.items]), e.items) for n, e in fitted.items()}
