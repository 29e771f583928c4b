"""What people said of models, as one mean per model with its uncertainty."""

import csv
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import ValidationError
from scipy import stats

from analysis.arrays import FloatArray
from analysis.errors import RatingsError
from contracts.base import ModelId
from contracts.rating import Dimension, Rating

LIKERT = (1.0, 6.0)


@dataclass(frozen=True)
class Ratings:
    """R rated models. ``mean``: R, rescaled to [0, 1]; ``standard_error``: R, NaN where unknown; ``count``: R
    conversations.

    ``single``: for each model its single ratings (rescaled), or None where only means are known. ``scale``: the two
    ends of the scale that became 0 and 1.
    """

    models: tuple[str, ...]
    mean: FloatArray
    standard_error: FloatArray
    count: FloatArray
    single: tuple[FloatArray, ...] | None
    scale: tuple[float, float]

    @property
    def n_models(self) -> int:
        return len(self.models)

    @classmethod
    def of_single(cls, by_model: Mapping[str, Sequence[float]], scale: tuple[float, float] = LIKERT) -> Self:
        """From single ratings of each model on a scale."""
        if not by_model:
            raise RatingsError("there is no rating")
        low, high = scale
        single, mean = [], []
        for model, values in by_model.items():
            array = np.asarray(values, dtype=np.float64)
            if len(array) == 0 or np.isnan(array).any() or array.min() < low or array.max() > high:
                raise RatingsError(f"ratings of {model!r} must be numbers from {low:g} to {high:g}, at least one")
            single.append((array - low) / (high - low))
            # The mean of what was given, then the scale: the same ratings in another order have the same mean.
            mean.append((array.mean() - low) / (high - low))
        return cls(
            models=tuple(by_model),
            mean=np.array(mean),
            standard_error=np.array([v.std(ddof=1) / np.sqrt(len(v)) if len(v) > 1 else np.nan for v in single]),
            count=np.array([float(len(v)) for v in single]),
            single=tuple(single),
            scale=scale,
        )

    @classmethod
    def of_means(
        cls,
        models: Sequence[str],
        mean: Sequence[float] | FloatArray,
        standard_error: Sequence[float] | FloatArray | None = None,
        count: Sequence[float] | FloatArray | None = None,
        scale: tuple[float, float] = LIKERT,
    ) -> Self:
        """From published means and standard errors on a scale."""
        low, high = scale
        values = np.asarray(mean, dtype=np.float64)
        if np.isnan(values).any() or values.min() < low or values.max() > high:
            raise RatingsError(f"mean ratings must be numbers from {low:g} to {high:g}")
        unknown = np.full(len(values), np.nan)
        errors = unknown if standard_error is None else np.asarray(standard_error, dtype=np.float64) / (high - low)
        counts = unknown if count is None else np.asarray(count, dtype=np.float64)
        return cls(tuple(models), (values - low) / (high - low), errors, counts, None, scale)

    @classmethod
    def of_records(
        cls, records: Iterable[tuple[ModelId, Rating]], dimension: Dimension = Dimension.OVERALL_RECOMMENDATION
    ) -> Self:
        """From the study's own rating records: who was rated, and how."""
        by_model: dict[str, list[float]] = {}
        for model, rating in records:
            by_model.setdefault(str(model), []).append(float(rating.scores[dimension]))
        return cls.of_single(by_model)

    def intervals(self) -> FloatArray:
        """R × 2: 95 % interval of each mean over raters (Student's t; normal where the count is unknown)."""
        degrees = np.where(np.isnan(self.count), np.inf, np.maximum(self.count - 1, 1))
        half = stats.t.ppf(0.975, degrees) * self.standard_error
        return np.stack([self.mean - half, self.mean + half], axis=1)

    def of_models(self, rows: Sequence[int] | FloatArray) -> "Ratings":
        """Some of the models, in that order."""
        index = np.asarray(rows, dtype=np.int64)
        return Ratings(
            tuple(self.models[i] for i in index),
            self.mean[index],
            self.standard_error[index],
            self.count[index],
            None if self.single is None else tuple(self.single[i] for i in index),
            self.scale,
        )


def load_ratings(
    path: Path, *, scale: tuple[float, float] | None = None, dimension: Dimension = Dimension.OVERALL_RECOMMENDATION
) -> Ratings:
    """Ratings from a file.

    - CSV with ``model`` (or ``model_id``) and ``rating`` (one row a conversation), or with a column named as
      ``dimension``, as in a study's ``ratings.csv``;
    - CSV with ``model``, ``mean`` and optionally ``se`` and ``n``;
    - JSON lines of records ``{"model": …, "rating": {"scores": …, "feedback": …}}``, or a study's
      ``conversations.jsonl``;
    - npz with ``models``, ``human`` and optionally ``human_se``, ``human_items`` (single ratings; NaN = unrated).

    Without a scale, numbers that all lie in [0, 1] are taken as they are, and others as 1 to 6 or, when an npz file
    holds numbers beyond that, as the range found.
    """
    if not path.is_file():
        raise RatingsError(f"{path}: no such file")
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                return _from_arrays(dict(arrays), path, scale)
        if path.suffix in (".jsonl", ".ndjson"):
            return _from_lines(path.read_text(encoding="utf-8").split("\n"), path, dimension)
        if path.suffix == ".csv":
            with path.open(newline="") as file:
                return _from_rows(list(csv.DictReader(file)), path, scale, dimension)
    except (zipfile.BadZipFile, ValueError) as error:
        raise RatingsError(f"{path}: {error}") from error
    raise RatingsError(f"{path}: {path.suffix!r} is not a kind of rating file; allowed: .csv, .jsonl, .npz")


def _scale_of(values: FloatArray, scale: tuple[float, float] | None) -> tuple[float, float]:
    if scale is not None:
        return scale
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if low >= 0 and high <= 1:
        return (0.0, 1.0)
    return LIKERT if low >= LIKERT[0] and high <= LIKERT[1] else (low, high)


def _from_rows(
    rows: Sequence[Mapping[str, str]], path: Path, scale: tuple[float, float] | None, dimension: Dimension
) -> Ratings:
    columns = set(rows[0]) if rows else set()
    if {"model", "mean"} <= columns:
        mean = [float(row["mean"]) for row in rows]
        models = [row["model"] for row in rows]
        if len(set(models)) != len(models):
            raise RatingsError(f"{path}: a model has two means")

        def numbers(column: str) -> list[float] | None:
            return [float(row[column] or "nan") for row in rows] if column in columns else None

        return Ratings.of_means(models, mean, numbers("se"), numbers("n"), _scale_of(np.array(mean), scale))
    value = next((name for name in ("rating", dimension.value) if name in columns), None)
    model = next((name for name in ("model", "model_id") if name in columns), None)
    if model is None or value is None:
        raise RatingsError(
            f"{path}: columns {sorted(columns)}; needed: 'model' and 'rating' (or {dimension.value!r}), "
            "or 'model' and 'mean'"
        )
    by_model: dict[str, list[float]] = {}
    for row in rows:
        # A conversation without a rating is not a rating of zero.
        if row[value].strip():
            by_model.setdefault(row[model], []).append(float(row[value]))
    if not by_model:
        raise RatingsError(f"{path}: there is no rating")
    if value == dimension.value:
        return Ratings.of_single(by_model, scale or LIKERT)
    return Ratings.of_single(by_model, _scale_of(np.concatenate([np.array(v) for v in by_model.values()]), scale))


def _from_lines(lines: Sequence[str], path: Path, dimension: Dimension) -> Ratings:
    records: list[tuple[ModelId, Rating]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if data["rating"] is not None:
                model = data["conversation"]["model_id"] if "conversation" in data else data["model"]
                records.append((ModelId(model), Rating.model_validate(data["rating"])))
        except (json.JSONDecodeError, KeyError, TypeError, ValidationError) as error:
            # The reason only: the line itself holds what a participant said.
            raise RatingsError(f"{path}, line {number}: not a rating record ({type(error).__name__})") from None
    return Ratings.of_records(records, dimension)


def _from_arrays(arrays: Mapping[str, Any], path: Path, scale: tuple[float, float] | None) -> Ratings:
    if "human" not in arrays or "models" not in arrays:
        raise RatingsError(f"{path}: arrays {sorted(arrays)}; needed: 'models' and 'human'")
    human = np.asarray(arrays["human"], dtype=np.float64)
    rated = np.flatnonzero(~np.isnan(human))
    models = [str(arrays["models"][i]) for i in rated]
    if "human_items" in arrays:
        items = np.asarray(arrays["human_items"], dtype=np.float64)
        if np.isfinite(items[rated]).any(axis=1).all():
            by_model = {m: items[i][~np.isnan(items[i])].tolist() for m, i in zip(models, rated, strict=True)}
            return Ratings.of_single(by_model, _scale_of(items[rated], scale))
    errors = arrays.get("human_se")
    return Ratings.of_means(
        models, human[rated], None if errors is None else errors[rated], None, _scale_of(human[rated], scale)
    )
