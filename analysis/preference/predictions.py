"""Rated models beside what was predicted without them, and models that nobody rated."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray
from analysis.preference.model import PreferenceModel
from analysis.preference.ratings import Ratings
from analysis.preference.ridge import fit_predict


@dataclass(frozen=True)
class ModelLine:
    """One rated model: its mean rating with the raters' 95 % interval, its plain score, what was predicted without it.

    Ratings and predictions are on the study's scale, the plain score on [0, 1]; interval and number are NaN where
    unknown.
    """

    model: str
    rating: float
    rating_low: float
    rating_high: float
    n_ratings: float
    plain_score: float
    held_out_prediction: float


@dataclass(frozen=True)
class NewModelLine:
    """A model that nobody rated: its predicted mean rating on the study's scale, with its 95 % prediction interval."""

    model: str
    rating: float
    low: float
    high: float


def model_lines(gram: FloatArray, plain: FloatArray, ratings: Ratings) -> tuple[ModelLine, ...]:
    """The best rated first. gram: R × R of item scores; plain: R."""
    low, high = ratings.scale
    everyone = np.arange(ratings.n_models)
    intervals = ratings.intervals()

    def on_scale(value: float) -> float:
        return float(low + (high - low) * value)

    lines = []
    for m, name in enumerate(ratings.models):
        predicted = fit_predict(gram, ratings.mean[:, None], np.delete(everyone, m)).predictions[m, 0]
        lines.append(
            ModelLine(
                model=name,
                rating=on_scale(ratings.mean[m]),
                rating_low=on_scale(intervals[m, 0]),
                rating_high=on_scale(intervals[m, 1]),
                n_ratings=float(ratings.count[m]),
                plain_score=float(plain[m]),
                held_out_prediction=on_scale(float(predicted)),
            )
        )
    return tuple(sorted(lines, key=lambda line: -line.rating))


def new_model_lines(model: PreferenceModel, scores: Mapping[str, FloatArray]) -> tuple[NewModelLine, ...]:
    """``scores``: name → n scores on the model's items."""
    return tuple(NewModelLine(name, *dataclasses.astuple(model.predict(row.tolist()))) for name, row in scores.items())
