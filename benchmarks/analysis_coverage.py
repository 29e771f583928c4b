"""What the printed 95 % intervals cover in simulation, on data of three kinds."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy import stats

from analysis.arrays import FloatArray
from analysis.metrics import pearson
from analysis.preference.model import PreferenceModel
from analysis.preference.pairs import pair_accuracy
from analysis.preference.ratings import Ratings
from analysis.preference.uncertainty import Interval, fisher_interval, reliability_of
from analysis.preference.validation import pair_differences, pair_statistics, pairs_of
from analysis.protocol.evaluation import evaluate_repeat
from analysis.protocol.plan import Plan
from analysis.protocol.summary import summarise
from analysis.scores.files import load_scores
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.selector import Selector

SIMULATIONS = 1000
# Wide enough for heavy tails: nothing below depends on the scale.
_SCALE = (-500.0, 500.0)
_LIKERT = (1.0, 6.0)


@dataclass(frozen=True)
class World:
    """A population of models and raters.

    "one factor": continuous items, normal ratings. "right or wrong": items of 0 and 1 on an ability that is only partly
    what people like, ratings of 1 to 6 from 8 to 60 raters. "three factors": people like one of them, and ratings have
    heavy tails.
    """

    kind: Literal["one factor", "right or wrong", "three factors"]
    n_models: int
    signal: float
    n_items: int = 40

    def __str__(self) -> str:
        return f"{self.kind}, {self.n_items} items, {self.n_models} models, signal {self.signal:g}"

    @property
    def scale(self) -> tuple[float, float]:
        return _LIKERT if self.kind == "right or wrong" else _SCALE

    def counts(self, n: int) -> list[int]:
        """Raters of n models. After 6, 9 or 15 rated ones of "right or wrong" comes a new one with 20, neither few nor
        many."""
        return [(20, 8, 60)[m % 3] if self.kind == "right or wrong" else 40 for m in range(n)]

    def draw(self, n: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, list[FloatArray]]:
        """Expected ratings, n; scores, n × items; single ratings of each model."""
        # The items are those of the world, the same in every draw.
        items = np.random.default_rng((self.n_items, len(self.kind)))
        quality, other = rng.normal(size=n), rng.normal(size=n)
        if self.kind == "one factor":
            loading = items.normal(1, 0.7, self.n_items)
            noise = rng.normal(size=(n, self.n_items))
            scores = 0.5 + 0.15 * (self.signal * quality[:, None] * loading + noise)
            liked = quality + rng.normal(0, np.sqrt(0.15), n)
            return liked, scores, [liked[m] + rng.normal(size=c) for m, c in enumerate(self.counts(n))]
        ability = self.signal * quality + np.sqrt(1 - self.signal**2) * other
        if self.kind == "three factors":
            factors = np.column_stack([ability, rng.normal(size=(n, 2))])
            loading = items.normal(1, 0.7, self.n_items)
            scores = 0.5 + 0.1 * (
                factors[:, np.arange(self.n_items) % 3] * loading + 0.7 * rng.normal(size=(n, self.n_items))
            )
            liked = quality + 0.3 * rng.standard_t(4, n)
            return liked, scores, [liked[m] + rng.standard_t(4, c) for m, c in enumerate(self.counts(n))]
        hard, sharp = items.normal(0, 1.2, self.n_items), items.lognormal(0, 0.3, self.n_items)
        p = 1 / (1 + np.exp(-sharp * (ability[:, None] - hard)))
        scores = (rng.random(p.shape) < p).astype(float)
        liked = 3.8 + 0.6 * quality + rng.normal(0, 0.25, n)
        edges = np.arange(1.5, 6.0)
        expected = 1 + stats.norm.sf(edges[None, :], loc=liked[:, None], scale=1.1).sum(axis=1)
        single = [np.clip(np.round(liked[m] + 1.1 * rng.normal(size=c)), 1, 6) for m, c in enumerate(self.counts(n))]
        return expected, scores, single


# The pair intervals were picked on the first kind and on data much like the second; see docs/analysis.md.
ONE_FACTOR = [
    *(World("one factor", n, s) for n in (5, 7, 12) for s in (0.0, 0.2, 0.4, 1.0)),
    *(World("one factor", 18, s) for s in (0.0, 0.4, 1.0)),
]
OTHER = [
    *(World("right or wrong", n, s, 60) for n in (6, 9) for s in (0.0, 0.5, 0.95)),
    World("right or wrong", 15, 0.5, 60),
    *(World("three factors", 8, s, 150) for s in (0.0, 0.6, 1.0)),
]


def ratings_coverage(world: World, n_simulations: int, *, n_permutations: int = 100, seed: int = 0) -> dict[str, Any]:
    """For each printed interval the share of simulations whose interval holds the truth, and its mean width.

    Truth: of a rating mean what raters would say on average; of r and of reliability the population's; of pair
    accuracies the mean over all simulations, which is what this procedure achieves on other models; of a prediction the
    new model's mean rating.
    """
    rng = np.random.default_rng((seed, world.n_models, world.n_items, int(100 * world.signal)))
    n = world.n_models
    pairs = pairs_of(n)
    true_r, true_reliability = _population(world, rng)
    found: dict[str, list[tuple[Interval, float]]] = defaultdict(list)
    agreed = 0
    for _ in range(n_simulations):
        expected, scores, single = world.draw(n + 1, rng)
        rated = Ratings.of_single({str(m): single[m].tolist() for m in range(n)}, world.scale)
        low, high = world.scale
        intervals = low + (high - low) * rated.intervals()
        middle = int(rng.integers(n))
        if np.ptp(single[middle]) > 0:
            found["rating mean"].append(
                (Interval(float("nan"), intervals[middle, 0], intervals[middle, 1]), expected[middle])
            )
        x, plain, y = scores[:-1], scores[:-1].mean(axis=1), rated.mean
        found["r of the plain score"].append((fisher_interval(float(np.nan_to_num(pearson(plain, y))), n), true_r))
        if reliability := reliability_of(rated):
            limits = Interval(reliability.value, reliability.low, reliability.high)
            found["reliability"].append((limits, true_reliability))
        permutations = np.vstack([np.arange(n), rng.permuted(np.tile(np.arange(n), (n_permutations, 1)), axis=1)])
        shuffled = y[permutations].T
        gram = x @ x.T
        permuted, _ = pair_statistics(pair_differences(gram, shuffled, pairs), shuffled, pairs)
        accuracy = pair_accuracy(gram, plain, y, pairs, permutations, permuted, exact=False)
        for name in ("regression", "plain", "difference"):
            found[f"pairs, {name}"].append((getattr(accuracy, name), float("nan")))
        agreed += accuracy.difference.value == 0
        predicted = PreferenceModel.fit([str(i) for i in range(world.n_items)], x, rated).predict(scores[-1].tolist())
        found["prediction for a new model"].append(
            (Interval(predicted.rating, predicted.low, predicted.high), float(single[-1].mean()))
        )
    return {**{name: _covered(values) for name, values in found.items()}, "no_difference_seen": agreed / n_simulations}


def _population(world: World, rng: np.random.Generator) -> tuple[float, float]:
    """Correlation of plain score and mean rating, and reliability, over very many models."""
    n = 30_000
    expected, scores, single = world.draw(n, rng)
    means = np.array([s.mean() for s in single])
    noise = float(np.mean((means - expected) ** 2))
    spread = float(expected.var())
    return pearson(scores.mean(axis=1), means), spread / (spread + noise)


def _covered(values: list[tuple[Interval, float]]) -> dict[str, float]:
    """Truth not given: the mean of the values."""
    mean = float(np.mean([interval.value for interval, _ in values]))
    truths = np.array([mean if np.isnan(truth) else truth for _, truth in values])
    low = np.array([interval.low for interval, _ in values])
    high = np.array([interval.high for interval, _ in values])
    return {
        "covered": float(((low <= truths) & (truths <= high)).mean()),
        "truth_below": float((truths < low).mean()),
        "truth_above": float((truths > high).mean()),
        "truth": float(truths.mean()),
        "width": float((high - low).mean()),
    }


def estimate_coverage(matrix: ScoreMatrix, *, method: str, n: int, draws: int, seed: int = 0) -> dict[str, float]:
    """Share of unseen models whose full score lies inside the estimate's interval: 18 sources drawn each time.

    ``sem``: over the draws, whose models are the same few.
    """
    rng = np.random.default_rng(seed)
    inside: list[float] = []
    for draw in range(draws):
        order = rng.permutation(matrix.n_models)
        subset = Selector(method=method, n=n, seed=draw).fit(matrix.of_models(order[:18]))
        rest = matrix.of_models(order[18:])
        found = subset.estimate_all(rest.scores[:, rest.columns(subset.items)])
        inside.append(float(np.mean([e.low <= y <= e.high for e, y in zip(found, rest.full_scores, strict=True)])))
    return {
        "covered": float(np.mean(inside)),
        "sem": float(np.std(inside, ddof=1) / np.sqrt(draws)),
        "intervals": float(draws * (matrix.n_models - 18)),
    }


def pool_coverage(
    matrix: ScoreMatrix, *, n: int, pools: int, pool: int = 18, repeats: int = 10, seed: int = 0
) -> dict[str, Any]:
    """Share of pools whose ``pool_low`` to ``pool_high`` holds the mean Pearson correlation over all pools drawn.

    Pools share models where the matrix has few, which makes the intervals look too wide; a large one has not.
    """
    rng = np.random.default_rng(seed)
    plan = Plan(("random", "anchor"), (n,), repeats)
    found: dict[str, list[tuple[Interval, float]]] = defaultdict(list)
    for _ in range(pools):
        drawn = matrix.of_models(np.sort(rng.choice(matrix.n_models, pool, replace=False)))
        todo = dict.fromkeys(plan.methods, plan.sizes)
        results = [evaluate_repeat(drawn, plan, repeat, todo) for repeat in range(repeats)]
        for row in summarise(results, plan, drawn.full_scores).rows:
            found[row.method].append((Interval(row.pearson, row.pool_low, row.pool_high), float("nan")))
    return {method: _covered(values) for method, values in found.items()}


def large_population(*, n_models: int = 3000, n_items: int = 240, seed: int = 0) -> ScoreMatrix:
    """Right or wrong answers of so many models that pools hardly share one."""
    rng = np.random.default_rng(seed)
    task = np.arange(n_items) % 6
    ability = rng.normal(size=(n_models, 1)) + 0.6 * rng.normal(size=(n_models, 6))[:, task]
    p = 1 / (1 + np.exp(-(ability - rng.normal(size=n_items))))
    return ScoreMatrix.of((rng.random(p.shape) < p).astype(float), task=task)


def table(data: Path) -> Mapping[str, Any]:
    """Everything, printed as it comes. ``data``: the folder with real score matrices."""
    found: dict[str, Any] = {"simulations": SIMULATIONS}
    for part, worlds in (("one_factor", ONE_FACTOR), ("other_data", OTHER)):
        found[part] = {}
        for world in worlds:
            covered = found[part][str(world)] = ratings_coverage(world, SIMULATIONS)
            shares = (f"{name} {v['covered']:.3f}" for name, v in covered.items() if isinstance(v, dict))
            print(world, "; ".join(shares), flush=True)
    found["pools"] = {"large population, n = 50": pool_coverage(large_population(), n=50, pools=1000, repeats=5)}
    found["estimate_of_the_full_score"] = {}
    for name in ("helm_lite", "realsumm"):
        path = data / f"{name}.npz"
        if not path.exists():
            continue
        matrix = load_scores(path)
        if matrix.n_models > 60:
            found["pools"][f"{name}, n = 50"] = pool_coverage(matrix, n=50, pools=200, repeats=5)
        for method in ("random", "anchor", "systematic", "anchor-task-hierarchical"):
            found["estimate_of_the_full_score"][f"{name}, {method}, n = 50"] = estimate_coverage(
                matrix, method=method, n=50, draws=150
            )
    print(found["pools"], found["estimate_of_the_full_score"], flush=True)
    return found
