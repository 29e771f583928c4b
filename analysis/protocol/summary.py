"""From estimates of held-out models to the rows of Table 1, with what they would have been on other models."""

from collections.abc import Callable, Sequence
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
    folds = _folds(results, plan, len(full))
    rows: list[Row] = []
    thresholds: list[Thresholds] = []
    for name in methods:
        estimates = {n: np.stack([result.estimates[name][n] for result in results]) for n in plan.sizes}
        found = {n: _correlations(estimates[n], folds, full) for n in plan.sizes}
        aucc = {
            metric: area_under_curve(plan.sizes, [float(found[n][metric].mean()) for n in plan.sizes])
            for metric in _LEVELS
        }
        for n in plan.sizes:
            low, high = _over_pools(estimates[n], folds, full, float(found[n]["pearson"].mean()))
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
    return Summary(tuple(rows), tuple(thresholds), compositions, sum(len(part.repeat) for part in folds), len(full))


@dataclass(frozen=True)
class _Folds:
    """F folds that hold out equally many models. ``repeat``: F; ``held_out``: F × K rows of models."""

    repeat: IntArray
    held_out: IntArray

    def of(self, estimates: FloatArray) -> FloatArray:
        """R × M estimates → F × K, each fold's own."""
        return np.asarray(estimates[self.repeat[:, None], self.held_out])


def _folds(results: Sequence[RepeatResult], plan: Plan, n_models: int) -> list[_Folds]:
    by_length: dict[int, list[tuple[int, IntArray]]] = {}
    for place, result in enumerate(results):
        for held_out in plan.folds(result.repeat, n_models):
            by_length.setdefault(len(held_out), []).append((place, held_out))
    return [
        _Folds(np.array([place for place, _ in part]), np.stack([held_out for _, held_out in part]))
        for part in by_length.values()
    ]


def _correlations(estimates: FloatArray, folds: Sequence[_Folds], full: FloatArray) -> dict[str, FloatArray]:
    """One value for each fold; ``estimates``: R × M."""
    pairs = [(part.of(estimates), full[part.held_out]) for part in folds]

    def over_folds(measure: Callable[[FloatArray, FloatArray], FloatArray]) -> FloatArray:
        # Estimates that are all alike order nothing: a correlation of zero.
        return np.asarray(np.nan_to_num(np.concatenate([measure(x, y) for x, y in pairs])))

    return {
        "pearson": over_folds(pearson),
        "spearman": over_folds(spearman),
        "kendall": over_folds(kendall),
        "error": over_folds(lambda x, y: np.abs(x - y).mean(axis=1)),
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


def _over_pools(estimates: FloatArray, folds: Sequence[_Folds], full: FloatArray, centre: float) -> tuple[float, float]:
    """Jackknife over models: each is taken out of the folds that hold it out, and the mean correlation computed again.

    The mean over folds is a U-statistic of the models, so that its spread over pools follows from what each model
    moves.
    """
    moved = np.zeros(len(full))
    used = np.zeros(len(full), dtype=bool)
    for part in folds:
        x, y = part.of(estimates), full[part.held_out]
        whole = np.nan_to_num(pearson(x, y))
        for k in range(x.shape[1]):
            without = np.nan_to_num(pearson(np.delete(x, k, axis=1), np.delete(y, k, axis=1)))
            np.add.at(moved, part.held_out[:, k], without - whole)
        used[part.held_out] = True
    moved /= sum(len(part.repeat) for part in folds)
    m = int(used.sum())
    moved = moved[used]
    error = np.sqrt((m - 1) / m * ((moved - moved.mean()) ** 2).sum())
    half = float(stats.t.ppf(0.975, m - 1) * error)
    return max(centre - half, -1.0), min(centre + half, 1.0)


def _composition(name: str, results: Sequence[RepeatResult], sizes: tuple[int, ...]) -> Composition:
    counts = np.stack([sum(result.composition[name][n] for result in results) for n in sizes]).astype(np.float64)
    return Composition(name, sizes, counts / counts.sum(axis=1, keepdims=True))
