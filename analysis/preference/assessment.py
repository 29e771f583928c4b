"""Everything that ratings and item scores can say of each other, in one value with a verdict in words."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.errors import RatingsError
from analysis.metrics import kendall, pearson, spearman
from analysis.preference.model import PreferenceModel, check_enough
from analysis.preference.nested import Candidate, Nested, nested_choice, random_control, tested_statistics
from analysis.preference.ratings import Ratings
from analysis.preference.ridge import fit_predict
from analysis.preference.uncertainty import (
    Bootstrap,
    Interval,
    Reliability,
    accuracy_interval,
    difference_interval,
    fisher_interval,
    reliability_of,
    two_level_bootstrap,
)
from analysis.preference.validation import (
    Statistics,
    Tested,
    correct_order,
    pair_differences,
    pairs_of,
    permutations_of,
    tested,
)
from analysis.scores.matrix import ScoreMatrix

# One analysis of pure noise in forty, and in a hundred, looks better than these.
_SIGN, _PROOF = 0.025, 0.01
LOMO_PAPER_LABEL = "contains in-sample points: all but one of each fold's models were fitted"
LOMO_STRICT_WARNING = "biased downwards with fewer than 20 models; not an effect size, read its p only"


@dataclass(frozen=True)
class PlainScore:
    """The subset's benchmark score, unweighted by people: no training, so that every model is unseen."""

    pearson: Interval
    pearson_p: float
    spearman: float
    kendall: float
    bootstrap: Bootstrap | None
    above_ceiling: bool


@dataclass(frozen=True)
class PairAccuracy:
    """Share of held-out pairs in the right order: regression, plain score, and the difference (HUMANS paper, Table
    11).
    """

    n_pairs: int
    regression: Interval
    regression_p: float
    plain: Interval
    plain_p: float
    difference: Interval


@dataclass(frozen=True)
class ModelLine:
    """One rated model: its mean rating with the raters' interval, its plain score, what was predicted without it."""

    model: str
    rating: float
    rating_low: float
    rating_high: float
    n_ratings: float
    plain_score: float
    held_out_prediction: float


@dataclass(frozen=True)
class NewModelLine:
    """A model that nobody rated: its predicted mean rating on the study's scale."""

    model: str
    rating: float
    low: float
    high: float


@dataclass(frozen=True)
class Verdict:
    """``level``: "not predictive", "suggestive" or "predictive"; ``text``: what to tell a reader."""

    level: Literal["not predictive", "suggestive", "predictive"]
    text: str


@dataclass(frozen=True)
class Assessment:
    """See the fields; the report shows all of them."""

    n_models: int
    n_items: int
    subset_method: str
    alpha: float
    plain: PlainScore
    statistics: Mapping[str, Tested]
    lomo_above_ceiling: bool
    pairs: PairAccuracy
    nested: Nested | None
    nested_missing: str | None
    random_subsets: Mapping[str, float] | None
    reliability: Reliability | None
    models: tuple[ModelLine, ...]
    new_models: tuple[NewModelLine, ...]
    preference_model: PreferenceModel
    verdict: Verdict


@dataclass(frozen=True)
class Subject:
    """What is assessed: n items with the scores of the rated models, R × n, and their plain scores, R.

    ``new_models``: names and scores of models without a rating.
    """

    items: tuple[str, ...]
    method: str
    scores: FloatArray
    plain: FloatArray
    new_models: Mapping[str, FloatArray] = dataclasses.field(default_factory=dict)


def assess(
    subject: Subject,
    ratings: Ratings,
    *,
    matrix: ScoreMatrix | None = None,
    candidates: Sequence[Candidate] = (),
    rng: np.random.Generator,
    n_permutations: int = 10_000,
    most_pairs: int = 60,
) -> Assessment:
    """The whole assessment. ``matrix``: the benchmark, for choices nested in the folds and for random subsets.

    With more than eight models ``n_permutations`` relabellings stand for all of them, and with many models
    ``most_pairs`` pairs for all pairs. Raises with fewer than five rated models.
    """
    check_enough(ratings.n_models)
    if np.ptp(ratings.mean) == 0:
        raise RatingsError("all models have the same mean rating: there is nothing to predict")
    r = ratings.n_models
    gram = subject.scores @ subject.scores.T
    pairs = pairs_of(r, most_pairs, rng=rng)
    permutations, exact = permutations_of(r, rng=rng, n_random=_affordable(r, n_permutations))
    found = tested_statistics(gram, ratings.mean, pairs, permutations, exact=exact)
    reliability = reliability_of(ratings)
    ceiling = reliability.ceiling if reliability else 1.0
    model = PreferenceModel.fit(subject.items, subject.scores, ratings)
    nested: Nested | None = None
    missing: str | None = "the whole benchmark was not given"
    control: dict[str, float] | None = None
    if matrix is not None:
        rows = matrix.rows(ratings.models)
        control = _means(random_control(matrix, rows, ratings.mean, _control_size(subject, matrix)))
        missing = "no candidates to choose from" if not candidates else None
        if candidates:
            nested = nested_choice(matrix, rows, ratings.mean, candidates, rng=rng, most_pairs=most_pairs)
    plain = _plain(subject.plain, ratings, permutations, ceiling, exact=exact, rng=rng)
    pair_accuracy = _pairs(gram, subject.plain, ratings, pairs, permutations, found, exact=exact)
    return Assessment(
        n_models=r,
        n_items=len(subject.items),
        subset_method=subject.method,
        alpha=model.alpha,
        plain=plain,
        statistics=found,
        lomo_above_ceiling=found["lomo_paper"].value > ceiling,
        pairs=pair_accuracy,
        nested=nested,
        nested_missing=None if nested else missing,
        random_subsets=control,
        reliability=reliability,
        models=_model_lines(subject, ratings, gram),
        new_models=tuple(
            NewModelLine(name, *dataclasses.astuple(model.predict(row.tolist())))
            for name, row in subject.new_models.items()
        ),
        preference_model=model,
        verdict=_verdict(r, found, pair_accuracy, nested),
    )


def _control_size(subject: Subject, matrix: ScoreMatrix) -> int:
    # A random subset as large as the benchmark would be the benchmark.
    return len(subject.items) if len(subject.items) <= matrix.n_items // 2 else min(100, matrix.n_items // 2)


def _affordable(r: int, n_permutations: int) -> int:
    # The work grows with the cube of the models; p below 1/2000 changes no verdict.
    return n_permutations if r <= 12 else min(n_permutations, 2000)


def _plain(
    scores: FloatArray,
    ratings: Ratings,
    permutations: IntArray,
    ceiling: float,
    *,
    exact: bool,
    rng: np.random.Generator,
) -> PlainScore:
    value = float(np.nan_to_num(pearson(scores, ratings.mean)))
    centred = scores - scores.mean()
    null = (
        ratings.mean[permutations]
        @ centred
        / (np.linalg.norm(centred) * np.linalg.norm(ratings.mean - ratings.mean.mean()))
    )
    return PlainScore(
        pearson=fisher_interval(value, ratings.n_models),
        pearson_p=tested(null, exact=exact).p,
        spearman=float(np.nan_to_num(spearman(scores, ratings.mean))),
        kendall=float(np.nan_to_num(kendall(scores, ratings.mean))),
        bootstrap=two_level_bootstrap(scores, ratings, rng=rng),
        above_ceiling=value > ceiling,
    )


def _pairs(
    gram: FloatArray,
    plain: FloatArray,
    ratings: Ratings,
    pairs: IntArray,
    permutations: IntArray,
    found: Mapping[str, Tested],
    *,
    exact: bool,
) -> PairAccuracy:
    y = ratings.mean
    actual = y[pairs[:, 0]] - y[pairs[:, 1]]
    by_regression = correct_order(pair_differences(gram, y[:, None], pairs)[:, 0], actual)
    guessed = plain[pairs[:, 0]] - plain[pairs[:, 1]]
    by_plain = correct_order(guessed, actual)
    shuffled = y[permutations]
    null = correct_order(guessed, shuffled[:, pairs[:, 0]] - shuffled[:, pairs[:, 1]]).mean(axis=1)
    r = ratings.n_models
    return PairAccuracy(
        n_pairs=len(pairs),
        regression=accuracy_interval(float(by_regression.mean()), r, "regression"),
        regression_p=found["pair_accuracy"].p,
        plain=accuracy_interval(float(by_plain.mean()), r, "plain"),
        plain_p=tested(null, exact=exact).p,
        difference=difference_interval(by_regression - by_plain, pairs, r),
    )


def _model_lines(subject: Subject, ratings: Ratings, gram: FloatArray) -> tuple[ModelLine, ...]:
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
                plain_score=float(subject.plain[m]),
                held_out_prediction=on_scale(float(predicted)),
            )
        )
    return tuple(sorted(lines, key=lambda line: -line.rating))


def _means(found: Statistics) -> dict[str, float]:
    return {
        name: float(getattr(found, name).mean())
        for name in ("lomo_paper", "lomo_strict", "pair_accuracy", "difference_r")
    }


def _verdict(n: int, found: Mapping[str, Tested], pairs: PairAccuracy, nested: Nested | None) -> Verdict:
    """From the held-out difference correlation: of this subset, and of choices made inside the folds."""
    p, accuracy = found["difference_r"].p, pairs.regression.value
    figures = f"held-out pairs are ordered rightly in {accuracy:.0%} of cases, permutation p = {_p(p)}"
    if p >= _SIGN:
        return Verdict(
            "not predictive",
            f"With {n} models this cannot be told from noise: {figures}. A high in-sample correlation does not change "
            "that; relabelled ratings reach one too.",
        )
    if nested is not None and nested.difference_r.p >= _SIGN:
        return Verdict(
            "suggestive",
            f"With {n} models this subset orders models better than chance ({figures}), if it was fixed before anyone "
            "saw a rating. If subset, size, method or seed were chosen on these ratings, it cannot be told from noise: "
            f"chosen anew inside each fold, p = {_p(nested.difference_r.p)}.",
        )
    if p >= _PROOF:
        return Verdict(
            "suggestive",
            f"With {n} models there is a sign that these items predict ratings, and no more than that: {figures}. Rate "
            "more models before relying on it.",
        )
    better = pairs.difference.low > 0
    beside = (
        f"It also orders pairs better than the plain score ({pairs.plain.value:.0%})."
        if better
        else f"That the regression beats the plain score ({pairs.plain.value:.0%} of pairs) is not shown."
    )
    return Verdict("predictive", f"With {n} models these items predict ratings better than chance: {figures}. {beside}")


def _p(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else f"{p:.1g}"


def to_json(assessment: Assessment) -> dict[str, Any]:
    """``preference.json``: every figure, NaN as null."""
    data = dataclasses.asdict(assessment)
    data["preference_model"] = assessment.preference_model.to_json()
    data["statistics"]["lomo_paper"]["label"] = LOMO_PAPER_LABEL
    data["statistics"]["lomo_strict"]["warning"] = LOMO_STRICT_WARNING
    plain: dict[str, Any] = _without_nan(data)
    return plain


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(inner) for inner in value]
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    if isinstance(value, np.bool_):
        return bool(value)
    return value.tolist() if isinstance(value, np.ndarray) else value
