"""What the printed 95 % intervals cover in simulation."""

from collections import defaultdict
from typing import Any

import numpy as np

from analysis.metrics import pearson
from analysis.preference.model import PreferenceModel
from analysis.preference.ratings import Ratings
from analysis.preference.uncertainty import accuracy_interval, difference_interval, fisher_interval, reliability_of
from analysis.preference.validation import correct_order, pair_differences, pairs_of
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.selector import Selector


def ratings_coverage(n_simulations: int, n_models: int, *, signal: float, seed: int = 0) -> dict[str, float]:
    """Rated models drawn from a population: intervals of means, of r, of reliability, of pair accuracies, of
    predictions.
    """
    rng = np.random.default_rng((seed, n_models, int(10 * signal)))
    raters, noise, n_items = 40, 1.0, 40
    inside: dict[str, list[bool]] = defaultdict(list)
    accuracies: dict[str, list[tuple[float, Any]]] = defaultdict(list)
    loading = rng.normal(1, 0.7, n_items)
    true_reliability = (1 + 0.15) / (1 + 0.15 + noise**2 / raters)
    pairs = pairs_of(n_models)
    for _ in range(n_simulations):
        quality = rng.normal(size=n_models + 1)
        scores = 0.5 + 0.15 * (signal * quality[:, None] * loading + rng.normal(size=(n_models + 1, n_items)))
        liked = quality + rng.normal(0, np.sqrt(0.15), n_models + 1)
        single = liked[:, None] + rng.normal(0, noise, (n_models + 1, raters))
        observed = Ratings.of_single({str(m): single[m].tolist() for m in range(n_models)}, (-20.0, 20.0))
        intervals = observed.intervals() * 40 - 20
        inside["rating means"].append(bool((intervals[0, 0] <= liked[0]) & (liked[0] <= intervals[0, 1])))
        found = reliability_of(observed)
        if found is not None:
            inside["reliability"].append(found.low <= true_reliability <= found.high)
        x, plain = scores[:-1], scores[:-1].mean(axis=1)
        accuracies["r"].append(
            (pearson(plain, observed.mean), fisher_interval(pearson(plain, observed.mean), n_models))
        )
        y = observed.mean
        actual = y[pairs[:, 0]] - y[pairs[:, 1]]
        regression = correct_order(pair_differences(x @ x.T, y[:, None], pairs)[:, 0], actual)
        by_plain = correct_order(plain[pairs[:, 0]] - plain[pairs[:, 1]], actual)
        for name, values, kind in (
            ("pairs, regression", regression, "regression"),
            ("pairs, plain", by_plain, "plain"),
        ):
            accuracies[name].append((float(values.mean()), accuracy_interval(float(values.mean()), n_models, kind)))
        difference = regression - by_plain
        accuracies["pairs, difference"].append(
            (float(difference.mean()), difference_interval(difference, pairs, n_models))
        )
        predicted = PreferenceModel.fit([str(i) for i in range(n_items)], x, observed).predict(scores[-1].tolist())
        inside["prediction for a new model"].append(predicted.low <= single[-1].mean() <= predicted.high)
    for name, values in accuracies.items():
        truth = np.tanh(np.mean(np.arctanh([v for v, _ in values]))) if name == "r" else np.mean([v for v, _ in values])
        inside[name] = [interval.low <= truth <= interval.high for _, interval in values]
    return {name: float(np.mean(values)) for name, values in inside.items()}


def estimate_coverage(matrix: ScoreMatrix, *, method: str, n: int, draws: int, seed: int = 0) -> float:
    """Share of unseen models whose full score lies inside the estimate's interval: 18 sources drawn each time."""
    rng = np.random.default_rng(seed)
    inside: list[bool] = []
    for draw in range(draws):
        order = rng.permutation(matrix.n_models)
        subset = Selector(method=method, n=n, seed=draw).fit(matrix.of_models(order[:18]))
        rest = matrix.of_models(order[18:])
        found = subset.estimate_all(rest.scores[:, rest.columns(subset.items)])
        inside += [e.low <= full <= e.high for e, full in zip(found, rest.full_scores, strict=True)]
    return float(np.mean(inside))
