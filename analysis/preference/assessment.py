"""Everything that ratings and item scores can say of each other, in one value with a verdict in words."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.errors import RatingsError, SubsetError
from analysis.preference.model import PreferenceModel, check_enough
from analysis.preference.nested import Candidate, Nested, nested_choice
from analysis.preference.pairs import PairAccuracy, pair_accuracy
from analysis.preference.plain import PlainScore, plain_score
from analysis.preference.predictions import ModelLine, NewModelLine, model_lines, new_model_lines
from analysis.preference.random_subsets import random_control
from analysis.preference.ratings import Ratings
from analysis.preference.subjects import Subject
from analysis.preference.uncertainty import Reliability, reliability_of
from analysis.preference.validation import (
    Tested,
    over_permutations,
    pairs_of,
    permutations_of,
    statistics,
    tested_each,
)
from analysis.preference.verdict import Choice, Verdict, verdict_of
from analysis.scores.matrix import ScoreMatrix

LOMO_PAPER_LABEL = "contains in-sample points: all but one of each fold's models were fitted"
LOMO_STRICT_WARNING = "biased downwards with fewer than 20 models; not an effect size, read its p only"
# Equal means of ratings that came in another order differ by no more.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Assessment:
    """Everything that the report shows. ``statistics``: the four of ``STATISTICS`` by name.

    ``nested`` is None, with the reason in ``nested_missing``, and ``random_subsets`` is None where the benchmark was
    not given; ``reliability`` where the ratings' errors are not known. ``choice``: what the verdict did with the choice
    of items, see :func:`~analysis.preference.verdict.verdict_of`.
    """

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
    choice: Choice
    random_subsets: Mapping[str, float] | None
    reliability: Reliability | None
    models: tuple[ModelLine, ...]
    new_models: tuple[NewModelLine, ...]
    preference_model: PreferenceModel
    verdict: Verdict


def assess(
    subject: Subject,
    ratings: Ratings,
    *,
    matrix: ScoreMatrix | None = None,
    candidates: Sequence[Candidate] = (),
    rng: np.random.Generator,
    n_permutations: int = 10_000,
    most_pairs: int = 300,
) -> Assessment:
    """The whole assessment. ``matrix``: the benchmark, for choices nested in the folds and for random subsets.

    With more than eight models ``n_permutations`` relabellings stand for all of them, and with more than 25 models
    ``most_pairs`` pairs for all pairs. Raises with fewer than five rated models, and where all have the same mean
    rating or the same scores.
    """
    check_enough(ratings.n_models)
    if np.ptp(ratings.mean) < _ROUNDING:
        raise RatingsError("all models have the same mean rating: there is nothing to predict")
    if np.ptp(subject.scores, axis=0).max() < _ROUNDING:
        raise SubsetError("all rated models have the same scores on these items: there is nothing to predict from")
    r, y = ratings.n_models, ratings.mean
    gram = subject.scores @ subject.scores.T
    pairs = pairs_of(r, most_pairs, rng=rng)
    permutations, exact = permutations_of(r, rng=rng, n_random=_affordable(r, n_permutations))
    permuted = over_permutations(lambda shuffled: statistics(gram, shuffled, pairs), y, permutations)
    found = tested_each(permuted, exact=exact)
    reliability = reliability_of(ratings)
    ceiling = reliability.ceiling if reliability else 1.0
    model = PreferenceModel.fit(subject.items, subject.scores, ratings)
    accuracy = pair_accuracy(gram, subject.plain, y, pairs, permutations, permuted.pair_accuracy, exact=exact)
    nested = None
    if matrix is not None and candidates:
        nested = nested_choice(matrix, matrix.rows(ratings.models), y, candidates, rng=rng)
    choice: Choice = "counted" if nested else "unknown"
    if matrix is not None and len(subject.items) == matrix.n_items:
        choice = "none"
    return Assessment(
        n_models=r,
        n_items=len(subject.items),
        subset_method=subject.method,
        alpha=model.alpha,
        plain=plain_score(subject.plain, ratings, permutations, ceiling=ceiling, exact=exact, rng=rng),
        statistics=found,
        lomo_above_ceiling=found["lomo_paper"].value > ceiling,
        pairs=accuracy,
        nested=nested,
        nested_missing=None if nested else _missing(matrix),
        random_subsets=random_control(matrix, matrix.rows(ratings.models), y, len(subject.items)) if matrix else None,
        reliability=reliability,
        models=model_lines(gram, subject.plain, ratings),
        new_models=new_model_lines(model, subject.new_models),
        preference_model=model,
        choice=choice,
        verdict=verdict_of(r, found["difference_r"], accuracy, choice, nested.difference_r if nested else None),
    )


def _affordable(r: int, n_permutations: int) -> int:
    # The work grows with the cube of the models; p below 1/2000 changes no verdict.
    return n_permutations if r <= 12 else min(n_permutations, 2000)


def _missing(matrix: ScoreMatrix | None) -> str:
    return "the whole benchmark was not given" if matrix is None else "no candidates to choose from"


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
