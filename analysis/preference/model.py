"""The regression that is shipped: human weights on a subset, and what they may be trusted with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import stats

from analysis.arrays import FloatArray
from analysis.errors import SubsetError, TooFewModelsError
from analysis.preference.ratings import Ratings
from analysis.preference.ridge import ALPHAS, fit_predict
from analysis.subsets.kernel_ridge import primal

FEWEST_MODELS = 5


@dataclass(frozen=True)
class PredictedRating:
    """A mean rating on the study's scale with its 95 % prediction interval for a model that nobody rated yet.

    The interval, for a mean over as many raters as the rated models had, is not cut at the ends of the scale: one that
    leaves it says how little is known.
    """

    rating: float
    low: float
    high: float


@dataclass(frozen=True)
class PreferenceModel:
    """ŷ = bias + Σ w_i s_i, on [0, 1]; ``residual_scale``: root mean square of held-out residuals, α chosen inside
    each.

    ``item_means``: the rated models' means, for what a new model was not asked. ``scale``: the study's scale.
    """

    items: tuple[str, ...]
    weights: FloatArray
    bias: float
    alpha: float
    n_models: int
    residual_scale: float
    item_means: FloatArray
    scale: tuple[float, float]

    @classmethod
    def fit(cls, items: Sequence[str], scores: FloatArray, ratings: Ratings) -> Self:
        """From R × n scores of the rated models on the subset. Refused with fewer than five models."""
        check_enough(ratings.n_models)
        gram, y = scores @ scores.T, ratings.mean[:, None]
        everyone = np.arange(ratings.n_models)
        alpha = float(fit_predict(gram, y, everyone, ALPHAS).alpha[0])
        held_out = np.array([fit_predict(gram, y, np.delete(everyone, m), ALPHAS).predictions[m, 0] for m in everyone])
        weights, bias = primal(scores, ratings.mean, alpha)
        return cls(
            items=tuple(items),
            weights=weights,
            bias=bias,
            alpha=alpha,
            n_models=ratings.n_models,
            residual_scale=float(np.sqrt(((held_out - ratings.mean) ** 2).mean())),
            item_means=scores.mean(axis=0),
            scale=ratings.scale,
        )

    def predict(self, scores: Mapping[str, float] | Sequence[float]) -> PredictedRating:
        """From a new model's scores on the subset, by item or in order; absent or NaN is not zero."""
        row = [scores.get(item) for item in self.items] if isinstance(scores, Mapping) else list(scores)
        if len(row) != len(self.items):
            raise SubsetError(f"{len(row)} scores for a subset of {len(self.items)} items")
        values = np.array([np.nan if v is None else float(v) for v in row])
        seen = ~np.isnan(values)
        if not seen.any():
            raise SubsetError("no item of the subset was scored")
        shift = (values - self.item_means)[seen].mean()
        values = np.where(seen, values, np.clip(self.item_means + shift, 0, 1))
        centre = self.bias + float(values @ self.weights)
        half = float(stats.t.ppf(0.975, self.n_models - 2)) * self.residual_scale * np.sqrt(len(row) / seen.sum())
        low, high = self.scale
        return PredictedRating(*(low + (high - low) * v for v in (centre, centre - half, centre + half)))

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "items": list(self.items),
            "weights": self.weights.tolist(),
            "bias": self.bias,
            "alpha": self.alpha,
            "n_models": self.n_models,
            "residual_scale": self.residual_scale,
            "item_means": self.item_means.tolist(),
            "scale": list(self.scale),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What :meth:`to_json` wrote."""
        return cls(
            items=tuple(data["items"]),
            weights=np.array(data["weights"], dtype=np.float64),
            bias=data["bias"],
            alpha=data["alpha"],
            n_models=data["n_models"],
            residual_scale=data["residual_scale"],
            item_means=np.array(data["item_means"], dtype=np.float64),
            scale=(data["scale"][0], data["scale"][1]),
        )


def check_enough(n_models: int) -> None:
    """Raise with the reason where too few models are rated to say anything of a regression."""
    if n_models < FEWEST_MODELS:
        raise TooFewModelsError(
            f"{n_models} rated models; a regression on ratings needs at least {FEWEST_MODELS}: with fewer, no order of "
            "the models is rare enough to be told from chance"
        )
