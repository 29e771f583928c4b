"""The model × item matrix of scores that everything here starts from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from analysis.arrays import BoolArray, FloatArray, IntArray, frozen
from analysis.errors import ScoresError
from analysis.scores.features import ItemFeatures


@dataclass(frozen=True)
class ScoreMatrix:
    """Scores of M models on I items of T tasks, in [0, 1], 1 being best; NaN is "not scored" and never zero.

    ``scores``: M × I; ``models``: M names; ``items``: I names; ``tasks``: T names; ``task``: I indices into ``tasks``.
    """

    scores: FloatArray
    models: tuple[str, ...]
    items: tuple[str, ...]
    tasks: tuple[str, ...]
    task: IntArray
    features: ItemFeatures = field(default_factory=ItemFeatures)

    @classmethod
    def of(
        cls,
        scores: npt.ArrayLike,
        *,
        task: Sequence[str] | Sequence[int] | npt.NDArray[np.int_] | None = None,
        models: Sequence[str] | None = None,
        items: Sequence[str] | None = None,
        tasks: Sequence[str] | None = None,
        features: ItemFeatures | None = None,
    ) -> Self:
        """A checked matrix from loose parts.

        ``task`` holds a task's name for each item, or its index into ``tasks``; without it there is one task.
        """
        array = np.asarray(scores, dtype=np.float64)
        if array.ndim != 2:
            raise ScoresError(f"scores: {array.ndim} dimensions; models × items are 2")
        n_models, n_items = array.shape
        codes, names = _coded(task, tasks, n_items)
        return cls(
            scores=frozen(array),
            models=tuple(models) if models is not None else tuple(f"model-{i}" for i in range(n_models)),
            items=tuple(items) if items is not None else tuple(f"item-{i}" for i in range(n_items)),
            tasks=names,
            task=frozen(codes),
            features=features or ItemFeatures(),
        )

    def __post_init__(self) -> None:
        n_models, n_items = self.scores.shape
        for name, expected, actual in (
            ("models", n_models, len(self.models)),
            ("items", n_items, len(self.items)),
            ("task", n_items, len(self.task)),
        ):
            if expected != actual:
                raise ScoresError(f"{name}: {actual} for a matrix of {n_models} models × {n_items} items")
        for name, values in (("models", self.models), ("items", self.items), ("tasks", self.tasks)):
            if len(set(values)) != len(values):
                twice = next(value for i, value in enumerate(values) if value in values[:i])
                raise ScoresError(f"{name}: {twice!r} stands twice")
        if n_models == 0 or n_items == 0:
            raise ScoresError(f"the matrix is empty: {n_models} models × {n_items} items")
        with np.errstate(invalid="ignore"):
            outside = (self.scores < 0) | (self.scores > 1) | np.isinf(self.scores)
        if outside.any():
            model, item = (int(i) for i in np.argwhere(outside)[0])
            raise ScoresError(
                f"score {self.scores[model, item]:g} of model {self.models[model]!r} on item {self.items[item]!r}; "
                "allowed: 0 to 1, or nothing where it was not scored"
            )
        empty = np.isnan(self.scores).all(axis=1)
        if empty.any():
            raise ScoresError(f"model {self.models[int(empty.argmax())]!r} has no score at all")
        if self.task.min() < 0 or self.task.max() >= len(self.tasks):
            raise ScoresError(f"task: indices from {self.task.min()} to {self.task.max()} for {len(self.tasks)} tasks")
        self.features.check(n_items)

    @property
    def n_models(self) -> int:
        return int(self.scores.shape[0])

    @property
    def n_items(self) -> int:
        return int(self.scores.shape[1])

    @cached_property
    def balance(self) -> FloatArray:
        """Item weights b_i = 1 / (T · |T_t|): I values that sum to 1 (HUMANS paper, Eq. 16). Empty tasks do not
        count.
        """
        counts = np.bincount(self.task, minlength=len(self.tasks))
        return np.asarray(1.0 / ((counts > 0).sum() * counts[self.task]), dtype=np.float64)

    @cached_property
    def filled(self) -> FloatArray:
        """Scores with each missing one replaced by its expectation under item + model × task effects.

        ŝ_mi = s̄_i + mean over the task's observed items j of (s_mj − s̄_j), clipped to [0, 1]; where the model has no
        score in the task, its mean residual over all tasks; where nobody has a score on the item, the model's mean in
        the task.
        """
        return fill(self.scores, self.task)

    @cached_property
    def full_scores(self) -> FloatArray:
        """Mean over tasks of the task means: M values (HUMANS paper, Eq. 1), missing scores filled in."""
        return np.asarray(self.filled @ self.balance, dtype=np.float64)

    @cached_property
    def observed(self) -> BoolArray:
        """Items with at least one score: I flags."""
        return np.asarray(~np.isnan(self.scores).all(axis=0))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over scores, names and tasks: the same for the same data, whatever file it came from."""
        seen = hashlib.sha256()
        for words in (self.models, self.items, [self.tasks[t] for t in self.task]):
            seen.update("\x1f".join(words).encode() + b"\x1e")
        seen.update(np.ascontiguousarray(np.where(np.isnan(self.scores), -1.0, self.scores), dtype="<f8").tobytes())
        return seen.hexdigest()

    def of_models(self, rows: Sequence[int] | IntArray) -> "ScoreMatrix":
        """The same items for some of the models, in that order."""
        rows = np.asarray(rows, dtype=np.int64)
        return ScoreMatrix(
            frozen(self.scores[rows]),
            tuple(self.models[i] for i in rows),
            self.items,
            self.tasks,
            self.task,
            self.features,
        )

    def of_items(self, columns: Sequence[int] | IntArray) -> "ScoreMatrix":
        """The same models on some of the items, in that order; tasks without an item are dropped."""
        columns = np.asarray(columns, dtype=np.int64)
        kept, task = np.unique(self.task[columns], return_inverse=True)
        return ScoreMatrix(
            frozen(self.scores[:, columns]),
            self.models,
            tuple(self.items[i] for i in columns),
            tuple(self.tasks[t] for t in kept),
            frozen(task.astype(np.int64)),
            self.features.of_items(columns),
        )

    def columns(self, items: Sequence[str]) -> IntArray:
        """Where the named items stand."""
        where = {name: i for i, name in enumerate(self.items)}
        if missing := [name for name in items if name not in where]:
            raise ScoresError(f"{len(missing)} items are not in this matrix, the first: {missing[0]!r}")
        return np.array([where[name] for name in items], dtype=np.int64)

    def rows(self, models: Sequence[str]) -> IntArray:
        """Where the named models stand."""
        where = {name: i for i, name in enumerate(self.models)}
        if missing := [name for name in models if name not in where]:
            raise ScoresError(f"{len(missing)} models are not in this matrix, the first: {missing[0]!r}")
        return np.array([where[name] for name in models], dtype=np.int64)


def fill(scores: FloatArray, task: IntArray) -> FloatArray:
    """See :attr:`ScoreMatrix.filled`; scores M × I with NaN, task I."""
    missing = np.isnan(scores)
    if not missing.any():
        return scores
    n_tasks = int(task.max()) + 1
    seen = ~missing
    count = seen.sum(axis=0)
    item_mean = np.where(count > 0, np.where(seen, scores, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    residual = np.where(seen, scores - np.where(np.isnan(item_mean), 0.0, item_mean), 0.0)
    overall = residual.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    one_hot = np.eye(n_tasks)[task]
    in_task = seen @ one_hot
    effect = np.where(in_task > 0, (residual @ one_hot) / np.maximum(in_task, 1), overall[:, None])
    known = ~np.isnan(item_mean)
    known_in_task = known @ one_hot
    task_mean = (np.where(known, item_mean, 0.0) @ one_hot) / np.maximum(known_in_task, 1)
    task_mean = np.where(known_in_task > 0, task_mean, np.nanmean(item_mean))
    expected = np.where(known, item_mean, task_mean[task]) + effect[:, task]
    return np.where(missing, np.clip(expected, 0.0, 1.0), scores)


def _coded(
    task: Sequence[str] | Sequence[int] | npt.NDArray[np.int_] | None, tasks: Sequence[str] | None, n_items: int
) -> tuple[IntArray, tuple[str, ...]]:
    if task is None:
        return np.zeros(n_items, dtype=np.int64), tuple(tasks) if tasks is not None else ("all",)
    values = np.asarray(task)
    if np.issubdtype(values.dtype, np.integer):
        names = tuple(tasks) if tasks is not None else tuple(f"task-{t}" for t in range(int(values.max()) + 1))
        return values.astype(np.int64), names
    names = tuple(tasks) if tasks is not None else tuple(dict.fromkeys(str(value) for value in values))
    where = {name: i for i, name in enumerate(names)}
    if unknown := [str(value) for value in values if str(value) not in where]:
        raise ScoresError(f"task {unknown[0]!r} is not among the tasks {list(names)[:5]}")
    return np.array([where[str(value)] for value in values], dtype=np.int64), names
