"""C-optimal design: the items that leave the least variance in the full score, in a list or one after another.

With Σ the covariance of (θ, δ_1 … δ_T) and c the full score's gradient, asking item j of task t with information w_j
lowers Var = cᵀ Σ c by  w_j (cᵀ Σ a_t)² / (1 + w_j a_tᵀ Σ a_t),  a_t = e_θ + e_t;  Σ then loses a rank-one term.
Greedy choice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.errors import SubsetError
from analysis.subsets.hierarchical import (
    HierarchicalEstimator,
    HierarchicalModel,
    Posterior,
    fit_hierarchical,
    full_score,
    on_items,
    posterior,
    sizes_of,
)
from analysis.subsets.source import Source


def _prior(model: HierarchicalModel, k: int) -> FloatArray:
    covariance = np.zeros((k, model.n_tasks + 1, model.n_tasks + 1))
    covariance[:, 0, 0] = model.ability_sd**2
    at = np.arange(1, model.n_tasks + 1)
    covariance[:, at, at] = model.task_variance
    return covariance


def _gain(
    covariance: FloatArray, gradient: FloatArray, information: FloatArray, task: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What each item takes from the variance, K × I; each task's aᵀΣa, K × T; the variance, K."""
    towards = np.einsum("kij,kj->ki", covariance, gradient)
    along = towards[:, :1] + towards[:, 1:]
    at = np.arange(1, covariance.shape[1])
    own = covariance[:, :1, 0] + 2 * covariance[:, 0, 1:] + covariance[:, at, at]
    gain = information * (along**2)[:, task] / (1 + information * own[:, task])
    return gain, own, (gradient * towards).sum(axis=1)


def _asked(
    covariance: FloatArray, item: IntArray, information: FloatArray, own: FloatArray, task: IntArray
) -> FloatArray:
    """Σ after asking one item each: item K, information K (the item's own), own K × T."""
    rows = np.arange(len(covariance))
    t = task[item]
    along = covariance[rows, :, 0] + covariance[rows, :, t + 1]
    scale = information / (1 + information * own[rows, t])
    return np.asarray(covariance - scale[:, None, None] * along[:, :, None] * along[:, None, :])


@dataclass(frozen=True)
class OptimalDesign:
    """A fixed list that minimises the mean relative variance over abilities like the source models'; H-pIRT estimates.

    ``budget_of``: "items", or what items cost: "seconds" of audio or "usd"; then the gain per cost decides.
    """

    budget_of: str = "items"

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, HierarchicalEstimator]:
        """Nested lists."""
        del seed  # nothing is drawn
        for n in sizes:
            source.check_size(n)
        model = fit_hierarchical(source)
        return sizes_of(self.order(model, source, max(sizes)), sizes, model)

    def order(self, model: HierarchicalModel, source: Source, n: int, *, budget: float = float("inf")) -> IntArray:
        """The first n columns of the design, or fewer where their costs would pass the budget."""
        cost = _costs(source, self.budget_of)
        information, gradient = model.linearised(model.source_ability, model.source_deviation)
        covariance = _prior(model, len(information))
        free = source.selectable.copy()
        chosen = np.empty(n, dtype=np.int64)
        for step in range(n):
            gain, own, variance = _gain(covariance, gradient, information, model.task)
            mean = (gain / variance[:, None]).mean(axis=0) / cost
            if budget < np.inf:
                free &= cost <= budget
                if not free.any():
                    return chosen[:step]
            item = int(np.where(free, mean, -1.0).argmax())
            chosen[step], free[item] = item, False
            budget -= cost[item]
            covariance = _asked(covariance, np.full(len(covariance), item), information[:, item], own, model.task)
        return chosen


@dataclass(frozen=True)
class BudgetDesign:
    """As :class:`OptimalDesign`, for a sum of costs in place of a number of items.

    ``budget``: seconds of audio or US dollars, as ``budget_of`` says. Items are taken by gain per cost; one that no
    longer fits is passed over for the next that does.
    """

    budget: float
    budget_of: str = "seconds"

    def choose(self, source: Source) -> HierarchicalEstimator:
        """As many items as the budget holds."""
        cost = _costs(source, self.budget_of)
        model = fit_hierarchical(source)
        most = int((np.cumsum(np.sort(cost[source.allowed])) <= self.budget).sum())
        if most == 0:
            raise SubsetError(
                f"a budget of {self.budget:g} {self.budget_of} holds no item; the least costs {cost.min():g}"
            )
        order = OptimalDesign(self.budget_of).order(model, source, most, budget=self.budget)
        return on_items(model, order)


def _costs(source: Source, budget_of: str) -> FloatArray:
    if budget_of == "items":
        return np.ones(source.n_items)
    cost = source.features.seconds if budget_of == "seconds" else source.features.usd
    if cost is None:
        raise SubsetError(f"budget in {budget_of}: the items have no {budget_of}")
    return np.maximum(np.asarray(cost, dtype=np.float64), 1e-9)


@dataclass
class AdaptiveSession:
    """Ask and tell: the next item for one model given its scores so far, and the estimate at any moment.

    ``model``: fitted on the sources; ``selectable``: I flags; ``cost``: I. Nothing is read but what was told.
    """

    model: HierarchicalModel
    selectable: BoolArray
    cost: FloatArray | None = None
    items: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    @classmethod
    def start(cls, source: Source, *, budget_of: str = "items") -> "AdaptiveSession":
        """A session for a new model."""
        return cls(fit_hierarchical(source), source.selectable, _costs(source, budget_of))

    def ask(self) -> int:
        """The column that would lower the variance most."""
        at = self._posterior()
        information, gradient = self.model.linearised(at.ability, at.deviation)
        covariance = _covariance(self.model, at.task_information)
        gain, _, _ = _gain(covariance, gradient, information, self.model.task)
        merit = gain[0] if self.cost is None else gain[0] / self.cost
        merit = np.where(self.selectable, merit, -1.0)
        merit[self.items] = -1.0
        return int(merit.argmax())

    def tell(self, item: int, score: float) -> None:
        """The model's score on an item; NaN when it could not be had, so that it is not asked again."""
        if item in self.items:
            raise SubsetError(f"item {item} was told already")
        if not (np.isnan(score) or 0 <= score <= 1):
            raise SubsetError(f"score {score}; allowed: 0 to 1, or NaN")
        self.items.append(item)
        self.scores.append(score)

    def estimate(self) -> tuple[float, float]:
        """The full score and its posterior standard error."""
        scores, items = np.array([self.scores]), np.array(self.items, dtype=np.int64)
        value, error = full_score(self.model, self._posterior(), scores.reshape(1, -1), items)
        return float(value[0]), float(error[0])

    def _posterior(self) -> Posterior:
        return posterior(self.model, np.array([self.scores]).reshape(1, -1), np.array(self.items, dtype=np.int64))


def _covariance(model: HierarchicalModel, task_information: FloatArray) -> FloatArray:
    """Σ of (θ, δ) from the information gathered in each task: K × (T + 1) × (T + 1)."""
    precision = np.zeros((len(task_information), model.n_tasks + 1, model.n_tasks + 1))
    at = np.arange(1, model.n_tasks + 1)
    precision[:, 0, 0] = 1 / model.ability_sd**2 + task_information.sum(axis=1)
    precision[:, 0, at] = precision[:, at, 0] = task_information
    precision[:, at, at] = 1 / model.task_variance + task_information
    return np.asarray(np.linalg.inv(precision))


def adaptive_estimates(
    model: HierarchicalModel, source: Source, scores: FloatArray, sizes: Sequence[int]
) -> dict[int, tuple[FloatArray, IntArray]]:
    """What adaptive sessions of K models would estimate: for each size K estimates and K × n columns.

    scores: K × I, read only where asked. The ability is refitted after each answer up to 40, then after every fifth.
    """
    k, n_max = len(scores), max(sizes)
    rows = np.arange(k)
    items = np.zeros((k, n_max), dtype=np.int64)
    told = np.full((k, n_max), np.nan)
    free = np.repeat(source.selectable[None], k, axis=0)
    at = posterior(model, np.empty((k, 0)), np.empty((k, 0), dtype=np.int64))
    out: dict[int, tuple[FloatArray, IntArray]] = {}
    information, gradient = model.linearised(at.ability, at.deviation)
    covariance = _covariance(model, at.task_information)
    for step in range(n_max):
        gain, own, _ = _gain(covariance, gradient, information, model.task)
        item = np.where(free, gain, -1.0).argmax(axis=1)
        free[rows, item] = False
        items[:, step], told[:, step] = item, scores[rows, item]
        asked = step + 1
        if asked < 40 or asked % 5 == 0 or asked in sizes:
            at = posterior(model, told[:, :asked], items[:, :asked], max_iterations=8)
            information, gradient = model.linearised(at.ability, at.deviation)
            covariance = _covariance(model, at.task_information)
        else:
            covariance = _asked(covariance, item, information[rows, item], own, model.task)
        if asked in sizes:
            at = posterior(model, told[:, :asked], items[:, :asked])
            out[asked] = full_score(model, at, told[:, :asked], items[:, :asked])[0], items[:, :asked].copy()
    return out
