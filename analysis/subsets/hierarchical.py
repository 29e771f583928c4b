"""H-pIRT: a two-parameter logistic model with a random effect of each task, and estimates of the full score from it.

    logit p_mi = α_i (θ_m + δ_m,t(i)) − β_i,  θ_m ~ N(μ, σ²),  δ_mt ~ N(0, τ²)
    E s_mi = p_mi,  Var s_mi = φ_t p_mi (1 − p_mi)

φ_t, the dispersion of task t, lets scores be anything in [0, 1] without cutting them to 0 or 1. α, β and θ of the
sources come from the variational fit with one dimension; φ and τ² from moments of its residuals. With many items of
a task in the subset the estimate tends to the stratified mean, with few it borrows from the other tasks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.subsets.item_response import fit_item_response, sigmoid
from analysis.subsets.source import Source


@dataclass(frozen=True)
class HierarchicalModel:
    """``slope`` α, ``intercept`` β: I; ``task``: I; ``balance``: I; ``dispersion`` φ: T; ``ability_*``: μ, σ of θ;
    ``task_variance`` τ².

    ``source_ability``: M; ``source_deviation``: M × T, the sources' own θ and δ.
    """

    slope: FloatArray
    intercept: FloatArray
    task: IntArray
    balance: FloatArray
    dispersion: FloatArray
    ability_mean: float
    ability_sd: float
    task_variance: float
    source_ability: FloatArray
    source_deviation: FloatArray

    @property
    def n_tasks(self) -> int:
        return len(self.dispersion)

    @cached_property
    def by_task(self) -> FloatArray:
        """I × T: the item's balance weight in its task's column."""
        return np.asarray(np.eye(self.n_tasks)[self.task] * self.balance[:, None])

    def probabilities(self, ability: FloatArray, deviation: FloatArray) -> FloatArray:
        """K abilities and K × T deviations → K × I expected scores."""
        return sigmoid(self.slope * (ability[:, None] + deviation[:, self.task]) - self.intercept)

    def linearised(self, ability: FloatArray, deviation: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Each item's information on θ + δ, K × I, and the full score's gradient in (θ, δ_1 … δ_T), K × (T + 1)."""
        p = self.probabilities(ability, deviation)
        slack = p * (1 - p)
        by_task = (slack * self.slope) @ self.by_task
        return slack * self.slope**2 / self.dispersion[self.task], np.c_[by_task.sum(axis=1), by_task]


@dataclass(frozen=True)
class Posterior:
    """``ability``: K; ``deviation``: K × T; ``task_information``: K × T; ``ability_information``: K (δ integrated
    out).
    """

    ability: FloatArray
    deviation: FloatArray
    task_information: FloatArray
    ability_information: FloatArray


def fit_hierarchical(source: Source) -> HierarchicalModel:
    """The model from M × I source scores in [0, 1]."""
    m = source.n_models
    base = fit_item_response(source.scores, 1)
    slope, intercept, ability = base.discrimination[:, 0].copy(), base.difficulty.copy(), base.ability[:, 0].copy()
    if (ability - ability.mean()) @ (source.full - source.full.mean()) < 0:
        slope, ability = -slope, -ability
    p = sigmoid(ability[:, None] * slope - intercept)
    one_hot = source.one_hot
    count = np.maximum(one_hot.sum(axis=0), 1)
    pearson = (source.scores - p) ** 2 / np.maximum(p * (1 - p), 0.02)
    dispersion = np.clip((pearson @ one_hot).sum(axis=0) / count / max(m - 2, 1), 0.02, 1.0)
    gradient = (((source.scores - p) * slope) @ one_hot) / dispersion
    information = ((p * (1 - p) * slope**2) @ one_hot) / dispersion
    deviation, noise = gradient / np.maximum(information, 1e-6), 1.0 / np.maximum(information, 1e-6)
    variance = 0.1
    for _ in range(4):
        weight = 1.0 / (noise + variance) ** 2
        moment = ((deviation**2 - noise) * weight).sum() / weight.sum() * m / max(m - 1, 1)
        variance = float(np.clip(moment, 1e-3, 4.0))
    return HierarchicalModel(
        slope=slope,
        intercept=intercept,
        task=source.task,
        balance=source.balance,
        dispersion=dispersion,
        ability_mean=float(ability.mean()),
        ability_sd=float(max(ability.std(), 0.5)),
        task_variance=variance,
        source_ability=ability,
        source_deviation=gradient / (information + 1.0 / variance),
    )


def posterior(model: HierarchicalModel, scores: FloatArray, items: IntArray, max_iterations: int = 25) -> Posterior:
    """The mode of (θ, δ) for K models from K × n scores (NaN where missing) on n items, or on K × n items of their own.

    Newton's method; the Hessian is an arrow (θ meets every δ, no two δ meet), so that a step costs O(T).
    """
    k = len(scores)
    items = np.broadcast_to(np.atleast_2d(items), scores.shape)
    slope, intercept, task = model.slope[items], model.intercept[items], model.task[items]
    seen = ~np.isnan(scores)
    y = np.where(seen, scores, 0.0)
    scale = np.where(seen, 1.0 / model.dispersion[task], 0.0)
    rows = np.repeat(np.arange(k)[:, None], scores.shape[1], axis=1)
    cell = rows * model.n_tasks + task
    ability, deviation = np.full(k, model.ability_mean), np.zeros((k, model.n_tasks))
    prior_task, prior_ability = 1.0 / model.task_variance, 1.0 / model.ability_sd**2
    information: FloatArray = np.zeros((k, model.n_tasks))
    total = np.full(k, prior_ability)
    for _ in range(max_iterations):
        p = sigmoid(slope * (ability[:, None] + deviation[rows, task]) - intercept)
        error = (y - p) * slope * scale
        weight = p * (1 - p) * slope**2 * scale
        by_task = np.bincount(cell.ravel(), error.ravel(), k * model.n_tasks).reshape(k, -1)
        information = np.asarray(
            np.bincount(cell.ravel(), weight.ravel(), k * model.n_tasks).reshape(k, -1), dtype=np.float64
        )
        curvature = information + prior_task
        gradient_task = by_task - deviation * prior_task
        gradient = by_task.sum(axis=1) - (ability - model.ability_mean) * prior_ability
        total = information.sum(axis=1) + prior_ability - (information**2 / curvature).sum(axis=1)
        step = (gradient - (information / curvature * gradient_task).sum(axis=1)) / total
        step = np.clip(step, -1.0, 1.0)
        step_task = np.clip((gradient_task - information * step[:, None]) / curvature, -1.0, 1.0)
        ability, deviation = ability + step, deviation + step_task
        if np.abs(step).max(initial=0.0) < 1e-6 and np.abs(step_task).max(initial=0.0) < 1e-6:
            break
    return Posterior(ability, deviation, information, total)


@dataclass(frozen=True)
class HierarchicalEstimator:
    """The full score as expected given the scores on n items; what was asked counts with its own score."""

    items: IntArray
    weights: FloatArray
    model: HierarchicalModel

    def estimate(self, scores: FloatArray) -> FloatArray:
        """K × n scores, NaN where missing → K estimates."""
        return self._both(scores)[0]

    def standard_errors(self, scores: FloatArray) -> FloatArray:
        """K posterior standard errors."""
        return self._both(scores)[1]

    def _both(self, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
        return full_score(self.model, posterior(self.model, scores, self.items), scores, self.items)


def full_score(
    model: HierarchicalModel, at: Posterior, scores: FloatArray, items: IntArray
) -> tuple[FloatArray, FloatArray]:
    """K expected full scores and their posterior standard errors (abilities and the unasked items' own noise)."""
    items = np.broadcast_to(np.atleast_2d(items), scores.shape)
    rows = np.arange(len(scores))[:, None]
    p = model.probabilities(at.ability, at.deviation)
    slack = p * (1 - p)
    by_task = (slack * model.slope) @ model.by_task
    noise = slack * model.dispersion[model.task] * model.balance**2
    seen = ~np.isnan(scores)
    p[rows, items] = np.where(seen, scores, p[rows, items])
    noise[rows, items] = np.where(seen, 0.0, noise[rows, items])
    # With the arrow Hessian, δ given θ has variance 1/curvature and mean slope −information/curvature.
    curvature = at.task_information + 1.0 / model.task_variance
    along = by_task.sum(axis=1) - (by_task * at.task_information / curvature).sum(axis=1)
    variance = along**2 / at.ability_information + (by_task**2 / curvature).sum(axis=1) + noise.sum(axis=1)
    return np.asarray(p @ model.balance), np.sqrt(variance)


def on_items(model: HierarchicalModel, items: IntArray, weights: FloatArray | None = None) -> HierarchicalEstimator:
    """The estimator for a subset; ``weights`` are kept for the record only."""
    n = len(items)
    return HierarchicalEstimator(np.asarray(items), np.full(n, 1.0 / n) if weights is None else weights, model)


def sizes_of(items: IntArray, sizes: Sequence[int], model: HierarchicalModel) -> dict[int, HierarchicalEstimator]:
    """Estimators on the beginnings of one ordered list of items."""
    return {n: on_items(model, items[:n]) for n in sizes}
