"""How sure one can be of a correlation over few models, and of the ratings themselves."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.arrays import FloatArray
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


def reliability_of(ratings: Ratings) -> Reliability | None:
    """From the models' means and their standard errors; None where one of those is unknown, or all means are equal.

    Where no two raters of any model disagreed there is no noise to be seen, and the reliability is 1.
    """
    noise = float(np.mean(ratings.standard_error**2))
    spread = float(ratings.mean.var(ddof=1)) if ratings.n_models > 1 else 0.0
    if np.isnan(noise) or spread <= 0:
        return None
    if noise == 0:
        return Reliability(1.0, 1.0, 1.0, 1.0)
    value = float(np.clip(1 - noise / spread, 0.0, 1.0))
    # Published errors without a number of raters are taken to rest on many.
    count = np.where(np.isnan(ratings.count), 100.0, ratings.count)
    # Welch and Satterthwaite: models with few or with quarrelling raters are worth fewer degrees of freedom.
    variance = ratings.standard_error**2
    within = noise**2 * ratings.n_models**2 / float((variance**2 / np.maximum(count - 1, 1)).sum())
    each = max(spread - noise, 0.0) + variance
    between = (ratings.n_models - 1) * float(each.mean() ** 2 / (each**2).mean())
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
