"""How sure one can be: of a correlation over few models, of pair accuracies, of the ratings themselves."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from analysis.arrays import FloatArray, IntArray
from analysis.preference.ratings import Ratings
from analysis.preference.validation import column_correlations

_Z = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Reliability:
    """``value``: share of the variance of the mean ratings that is not noise of raters; ``ceiling``: its square
    root, the correlation that the true ratings themselves would be expected to reach. The interval is exact for
    normal ratings."""

    value: float
    low: float
    high: float
    ceiling: float


@dataclass(frozen=True)
class Bootstrap:
    """Standard errors of a correlation r by resampling raters within models, and raters and models both.

    No interval is read off it: with a handful of models percentiles of a bootstrap cover far less than they claim, and
    Fisher's interval, which covers, already holds both kinds of chance.
    """

    raters_only: float
    raters_and_models: float
    n_resamples: int


def fisher_interval(r: float, n: int) -> Interval:
    """95 % interval of a Pearson correlation over n models; the whole range when n < 4."""
    if n < 4:
        return Interval(r, -1.0, 1.0)
    z = np.arctanh(np.clip(r, -0.999999, 0.999999))
    half = _Z / np.sqrt(n - 3)
    return Interval(r, float(np.tanh(z - half)), float(np.tanh(z + half)))


def accuracy_interval(accuracy: float, n_models: int, kind: Literal["regression", "plain"]) -> Interval:
    """Wilson's interval for a share of pairs, with an effective number of pairs.

    Pairs share models, and held-out predictions share training models, so that Q pairs are worth far fewer independent
    ones: with seven models about 0.8 n for a regression and 1.4 n for a score without training, and more with more
    models and as the accuracy nears 1. These rules come from simulation; `python -m benchmarks.analysis coverage`
    measures what the interval covers.
    """
    base = min((0.45 if kind == "regression" else 1.05) + 0.05 * n_models, 2.0)
    shrunk = _wilson_centre(accuracy, n_models)
    effective = n_models * (base + 1.8 * max(2 * shrunk - 1, 0.0) ** 2)
    centre = _wilson_centre(accuracy, effective)
    spread = accuracy * (1 - accuracy) / effective + _Z**2 / (4 * effective**2)
    half = _Z / (1 + _Z**2 / effective) * np.sqrt(spread)
    return Interval(accuracy, float(max(centre - half, 0.0)), float(min(centre + half, 1.0)))


def _wilson_centre(share: float, effective: float) -> float:
    return float((share + _Z**2 / (2 * effective)) / (1 + _Z**2 / effective))


def difference_interval(difference: FloatArray, pairs: IntArray, n_models: int) -> Interval:
    """Mean of Q paired differences with a jackknife over models (each model's pairs left out), Student's t."""
    left = np.array([difference[(pairs != model).all(axis=1)].mean() for model in range(n_models)])
    error = np.sqrt((n_models - 1) / n_models * ((left - left.mean()) ** 2).sum())
    # One pair that turns moves the mean by 1/Q: no interval is narrower than that.
    error = max(float(error), 1.0 / len(pairs) / np.sqrt(2))
    half = float(stats.t.ppf(0.975, n_models - 1)) * error
    mean = float(difference.mean())
    return Interval(mean, max(mean - half, -1.0), min(mean + half, 1.0))


def reliability_of(ratings: Ratings) -> Reliability | None:
    """From the models' means and their standard errors; None where those are unknown."""
    noise = float(np.mean(ratings.standard_error**2))
    spread = float(ratings.mean.var(ddof=1)) if ratings.n_models > 1 else 0.0
    if np.isnan(noise) or spread <= 0:
        return None
    value = float(np.clip(1 - noise / spread, 0.0, 1.0))
    count = np.where(np.isnan(ratings.count), 100.0, ratings.count)
    between, within = ratings.n_models - 1, float((count - 1).sum())
    ratio = spread / max(noise, 1e-12)
    low = 1 - stats.f.ppf(0.975, between, within) / ratio
    high = 1 - stats.f.ppf(0.025, between, within) / ratio
    return Reliability(value, float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1)), float(np.sqrt(value)))


def two_level_bootstrap(
    predictor: FloatArray, ratings: Ratings, *, rng: np.random.Generator, n_resamples: int = 2000
) -> Bootstrap | None:
    """Resample raters within models (from their single ratings, or normal where only the error is known), then
    models.
    """
    if ratings.single is None and np.isnan(ratings.standard_error).any():
        return None
    r = ratings.n_models
    means = np.empty((n_resamples, r))
    for model in range(r):
        if ratings.single is None:
            means[:, model] = rng.normal(ratings.mean[model], ratings.standard_error[model], n_resamples)
        else:
            single = ratings.single[model]
            means[:, model] = rng.choice(single, (n_resamples, len(single))).mean(axis=1)
    fixed = column_correlations(np.repeat(predictor[:, None], n_resamples, axis=1), means.T)
    drawn = rng.integers(0, r, (n_resamples, r))
    enough = np.array([len(set(row)) >= 3 for row in drawn])
    both = column_correlations(predictor[drawn].T, np.take_along_axis(means, drawn, axis=1).T)[enough]
    return Bootstrap(float(fixed.std(ddof=1)), float(both.std(ddof=1)), n_resamples)
