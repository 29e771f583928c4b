"""From estimates of held-out models to the rows of Table 1, with what they would have been on other models."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.arrays import FloatArray, IntArray
from analysis.metrics import area_under_curve, kendall, pearson, smallest_size, spearman
from analysis.protocol.evaluation import RepeatResult
from analysis.protocol.plan import Plan


@dataclass(frozen=True)
class Row:
    """One method at one size. ``sem``: over the folds, as the paper prints; it knows only the models at hand.

    ``pool_low``, ``pool_high``: 95 % interval of the Pearson mean over other pools of models, by deleting each model.
    """

    method: str
    n_items: int
    pearson: float
    sem: float
    spearman: float
    kendall: float
    aucc: float
    pool_low: float
    pool_high: float
    spearman_sem: float
    kendall_sem: float
    mean_absolute_error: float


@dataclass(frozen=True)
class Thresholds:
    """AUCC and the sizes that reach a level, for one method and one correlation; NaN where never reached."""

    method: str
    metric: str
    aucc: float
    low_level: float
    low_size: float
    high_level: float
    high_size: float


@dataclass(frozen=True)
class Composition:
    """Share of a method's items from each task: sizes × T, rows summing to 1."""

    method: str
    sizes: tuple[int, ...]
    shares: FloatArray


@dataclass(frozen=True)
class Summary:
    """Everything that the tables and figures of Section 3.3 and Appendices D and E show."""

    rows: tuple[Row, ...]
    thresholds: tuple[Thresholds, ...]
    compositions: tuple[Composition, ...]
    n_evaluations: int
    n_models: int

    def of(self, method: str) -> tuple[Row, ...]:
        """The rows of one method."""
        return tuple(row for row in self.rows if row.method == method)


_LEVELS = {"pearson": (0.90, 0.95), "spearman": (0.90, 0.95), "kendall": (0.80, 0.90)}


def summarise(results: Sequence[RepeatResult], plan: Plan, full: FloatArray) -> Summary:
    """``full``: M full-benchmark scores."""
    methods = tuple(results[0].estimates)
    folds = [(result, fold) for result in results for fold in plan.folds(result.repeat, len(full))]
    rows: list[Row] = []
    thresholds: list[Thresholds] = []
    for name in methods:
        found = {n: _at_size(name, n, folds, full) for n in plan.sizes}
        aucc = {
            metric: area_under_curve(plan.sizes, [float(found[n][metric].mean()) for n in plan.sizes])
            for metric in _LEVELS
        }
        for n in plan.sizes:
            low, high = _over_pools(name, n, folds, full, found[n]["pearson"])
            rows.append(_row(name, n, found[n], aucc["pearson"], low, high))
        for metric, (low_level, high_level) in _LEVELS.items():
            means = [float(found[n][metric].mean()) for n in plan.sizes]
            thresholds.append(
                Thresholds(
                    name,
                    metric,
                    aucc[metric],
                    low_level,
                    smallest_size(plan.sizes, means, low_level),
                    high_level,
                    smallest_size(plan.sizes, means, high_level),
                )
            )
    compositions = tuple(_composition(name, results, plan.sizes) for name in methods)
    return Summary(tuple(rows), tuple(thresholds), compositions, len(folds), len(full))


def _at_size(
    name: str, n: int, folds: Sequence[tuple[RepeatResult, IntArray]], full: FloatArray
) -> dict[str, FloatArray]:
    pairs = [(result.estimates[name][n][held_out], full[held_out]) for result, held_out in folds]
    return {
        # Estimates that are all alike order nothing: a correlation of zero.
        "pearson": np.array([np.nan_to_num(pearson(x, y)) for x, y in pairs]),
        "spearman": np.array([np.nan_to_num(spearman(x, y)) for x, y in pairs]),
        "kendall": np.array([np.nan_to_num(kendall(x, y)) for x, y in pairs]),
        "error": np.array([np.abs(x - y).mean() for x, y in pairs]),
    }


def _row(name: str, n: int, found: dict[str, FloatArray], aucc: float, low: float, high: float) -> Row:
    def sem(metric: str) -> float:
        values = found[metric]
        return float(values.std(ddof=1) / np.sqrt(len(values)))

    return Row(
        method=name,
        n_items=n,
        pearson=float(found["pearson"].mean()),
        sem=sem("pearson"),
        spearman=float(found["spearman"].mean()),
        kendall=float(found["kendall"].mean()),
        aucc=aucc,
        pool_low=low,
        pool_high=high,
        spearman_sem=sem("spearman"),
        kendall_sem=sem("kendall"),
        mean_absolute_error=float(found["error"].mean()),
    )


def _over_pools(
    name: str, n: int, folds: Sequence[tuple[RepeatResult, IntArray]], full: FloatArray, whole: FloatArray
) -> tuple[float, float]:
    """Jackknife over models: each is taken out of the folds that hold it out, and the mean correlation computed again.

    The mean over folds is a U-statistic of the models, so that its spread over pools follows from what each model
    moves.
    """
    moved = np.zeros(len(full))
    for (result, held_out), r in zip(folds, whole, strict=True):
        estimates = result.estimates[name][n]
        for model in held_out:
            rest = held_out[held_out != model]
            moved[model] += np.nan_to_num(pearson(estimates[rest], full[rest])) - r
    moved /= len(folds)
    used = np.zeros(len(full), dtype=bool)
    for _, held_out in folds:
        used[held_out] = True
    m = int(used.sum())
    moved = moved[used]
    error = np.sqrt((m - 1) / m * ((moved - moved.mean()) ** 2).sum())
    half = float(stats.t.ppf(0.975, m - 1) * error)
    centre = float(whole.mean())
    return max(centre - half, -1.0), min(centre + half, 1.0)


def _composition(name: str, results: Sequence[RepeatResult], sizes: tuple[int, ...]) -> Composition:
    counts = np.stack([sum(result.composition[name][n] for result in results) for n in sizes]).astype(np.float64)
    return Composition(name, sizes, counts / counts.sum(axis=1, keepdims=True))
