"""A chosen subset as a value: which items, how their scores become a score, how far off that may be; one JSON file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.arrays import FloatArray
from analysis.errors import SubsetError
from analysis.subsets.hierarchical import HierarchicalEstimator, HierarchicalModel
from analysis.subsets.linear import LinearEstimator
from analysis.subsets.method import Estimator
from analysis.subsets.performance_prediction import PredictedPerformance

FORMAT = "earwitness.subset/1"


@dataclass(frozen=True)
class Estimate:
    """A full-benchmark score with its 95 % interval; ``low`` and ``high`` are NaN when the subset was not
    calibrated.
    """

    score: float
    low: float
    high: float
    n_observed: int


@dataclass(frozen=True)
class Calibration:
    """How far estimates were off on source models left out of the fit.

    ``scale``: root mean square of (estimate − full score) / standard error; ``degrees``: how many models it rests on.
    """

    scale: float
    degrees: int

    @classmethod
    def of(cls, errors: FloatArray, standard_errors: FloatArray) -> Self:
        """From the M left-out errors and the estimator's own standard errors."""
        ratio = errors / standard_errors
        return cls(scale=float(np.sqrt((ratio**2).mean())), degrees=len(ratio))

    def half_width(self, standard_errors: FloatArray, level: float = 0.95) -> FloatArray:
        """Student's t with as many degrees of freedom as there were models: the scale is known no better than that."""
        return np.asarray(stats.t.ppf(0.5 + level / 2, self.degrees) * self.scale * standard_errors)


@dataclass(frozen=True)
class Subset:
    """n items of a benchmark. ``bias`` is None for estimators that are no weighted sum.

    ``source_models``, ``source_scores``: the models that it was fitted on and their scores on the items (NaN where
    missing).
    """

    items: tuple[str, ...]
    tasks: tuple[str, ...]
    weights: FloatArray
    bias: float | None
    method: str
    options: Mapping[str, Any]
    seed: int
    data_hash: str
    estimator: Estimator
    calibration: Calibration | None
    source_models: tuple[str, ...]
    source_scores: FloatArray

    @property
    def n(self) -> int:
        return len(self.items)

    def estimate(self, scores: Mapping[str, float] | Sequence[float] | npt.NDArray[np.floating]) -> Estimate:
        """The full score of one model from its scores on the items: by name, or in the subset's order.

        An item that is absent, None or NaN was not scored: it is never taken as zero, and the interval grows.
        """
        if isinstance(scores, Mapping):
            if unknown := [name for name in scores if name not in set(self.items)]:
                raise SubsetError(f"{len(unknown)} scores are for items outside the subset, the first: {unknown[0]!r}")
            row = [scores.get(name) for name in self.items]
        else:
            row = list(scores)
        if len(row) != self.n:
            raise SubsetError(f"{len(row)} scores for a subset of {self.n} items")
        values = np.array([np.nan if value is None else float(value) for value in row])
        if np.isnan(values).all():
            raise SubsetError("no item of the subset was scored")
        return self.estimate_all(values[None])[0]

    def estimate_all(self, scores: FloatArray) -> tuple[Estimate, ...]:
        """The same for K × n scores at once."""
        with np.errstate(invalid="ignore"):
            if ((scores < 0) | (scores > 1)).any():
                raise SubsetError("a score is outside 0 to 1")
        values = self.estimator.estimate(scores)
        half = np.full(len(scores), np.nan)
        if self.calibration is not None:
            half = self.calibration.half_width(self.estimator.standard_errors(scores))
        counts = (~np.isnan(scores)).sum(axis=1)
        return tuple(
            Estimate(float(v), float(np.clip(v - h, 0, 1)), float(np.clip(v + h, 0, 1)), int(c))
            for v, h, c in zip(values, half, counts, strict=True)
        )

    def to_json(self) -> dict[str, Any]:
        """The whole subset as plain values."""
        return {
            "format": FORMAT,
            "method": self.method,
            "options": dict(self.options),
            "n": self.n,
            "seed": self.seed,
            "data_sha256": self.data_hash,
            "items": [
                {"item": item, "task": task, "weight": float(weight)}
                for item, task, weight in zip(self.items, self.tasks, self.weights, strict=True)
            ],
            "bias": self.bias,
            "estimator": _dump(self.estimator),
            "calibration": None
            if self.calibration is None
            else {"scale": self.calibration.scale, "degrees": self.calibration.degrees},
            "sources": {"models": list(self.source_models), "scores": _with_none(self.source_scores)},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The subset that :meth:`to_json` wrote."""
        if data.get("format") != FORMAT:
            raise SubsetError(f"format {data.get('format')!r}; this reads {FORMAT!r}")
        try:
            weights = np.array([row["weight"] for row in data["items"]], dtype=np.float64)
            calibration = data["calibration"]
            scores = np.array(data["sources"]["scores"], dtype=np.float64)
            return cls(
                items=tuple(row["item"] for row in data["items"]),
                tasks=tuple(row["task"] for row in data["items"]),
                weights=weights,
                bias=data["bias"],
                method=data["method"],
                options=data["options"],
                seed=data["seed"],
                data_hash=data["data_sha256"],
                estimator=_load(data["estimator"], weights, data["bias"]),
                calibration=None if calibration is None else Calibration(calibration["scale"], calibration["degrees"]),
                source_models=tuple(data["sources"]["models"]),
                source_scores=scores.reshape(len(data["sources"]["models"]), len(weights)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SubsetError(f"not a whole subset: {error!r}") from error

    def save(self, path: Path) -> None:
        """Write one JSON file."""
        path.write_text(json.dumps(self.to_json(), indent=1, allow_nan=False) + "\n")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read one JSON file."""
        try:
            return cls.from_json(json.loads(path.read_text()))
        except (OSError, json.JSONDecodeError) as error:
            raise SubsetError(f"{path}: {error}") from error


def _with_none(scores: FloatArray) -> list[list[float | None]]:
    return [[None if np.isnan(v) else float(v) for v in row] for row in scores]


def _dump(estimator: Estimator) -> dict[str, Any]:
    if isinstance(estimator, LinearEstimator):
        return {"kind": "linear", "items": estimator.items.tolist(), "item_means": estimator.item_means.tolist()}
    if isinstance(estimator, PredictedPerformance):
        return {
            "kind": "p-irt",
            "items": estimator.items.tolist(),
            "discrimination": _rounded(estimator.discrimination),
            "difficulty": _rounded(estimator.difficulty),
            "balance": estimator.balance.tolist(),
            "thresholds": estimator.thresholds.tolist(),
            "observed": estimator.observed,
            "prior_precision": estimator.prior_precision,
        }
    if isinstance(estimator, HierarchicalEstimator):
        model = estimator.model
        return {
            "kind": "h-pirt",
            "items": estimator.items.tolist(),
            "slope": _rounded(model.slope),
            "intercept": _rounded(model.intercept),
            "task": model.task.tolist(),
            "balance": model.balance.tolist(),
            "dispersion": model.dispersion.tolist(),
            "ability": [model.ability_mean, model.ability_sd],
            "task_variance": model.task_variance,
            "source_ability": model.source_ability.tolist(),
            "source_deviation": model.source_deviation.tolist(),
        }
    raise SubsetError(f"no JSON form for {type(estimator).__name__}")


def _rounded(values: FloatArray) -> Any:
    return np.round(values, 6).tolist()


def _load(data: Mapping[str, Any], weights: FloatArray, bias: float | None) -> Estimator:
    items = np.array(data["items"], dtype=np.int64)

    def numbers(name: str) -> FloatArray:
        return np.array(data[name], dtype=np.float64)

    if data["kind"] == "linear":
        return LinearEstimator(items, weights, 0.0 if bias is None else bias, numbers("item_means"))
    if data["kind"] == "p-irt":
        return PredictedPerformance(
            items,
            weights,
            numbers("discrimination"),
            numbers("difficulty"),
            numbers("balance"),
            numbers("thresholds"),
            data["observed"],
            data["prior_precision"],
        )
    if data["kind"] == "h-pirt":
        model = HierarchicalModel(
            slope=numbers("slope"),
            intercept=numbers("intercept"),
            task=np.array(data["task"], dtype=np.int64),
            balance=numbers("balance"),
            dispersion=numbers("dispersion"),
            ability_mean=data["ability"][0],
            ability_sd=data["ability"][1],
            task_variance=data["task_variance"],
            source_ability=numbers("source_ability"),
            source_deviation=numbers("source_deviation"),
        )
        return HierarchicalEstimator(items, weights, model)
    raise SubsetError(f"estimator {data['kind']!r}; allowed: 'linear', 'p-irt', 'h-pirt'")
