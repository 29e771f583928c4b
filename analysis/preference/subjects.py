"""From files to what is to be assessed: a subset, the scores of rated models on it, and the benchmark if there."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.arrays import FloatArray
from analysis.errors import FeaturesMissingError, RatingsError
from analysis.preference.nested import Candidate
from analysis.preference.ratings import Ratings
from analysis.scores.files import load_scores
from analysis.scores.matrix import ScoreMatrix, fill
from analysis.subsets.methods import method_row
from analysis.subsets.source import Source
from analysis.subsets.subset import Subset

SIZES = (10, 20, 30, 50, 100, 200)


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


@dataclass(frozen=True)
class Loaded:
    """``ratings``: of the models that have scores; ``unmatched``: rated models without scores."""

    subject: Subject
    ratings: Ratings
    matrix: ScoreMatrix | None
    unmatched: tuple[str, ...]


def load_subject(subset: Path, ratings: Ratings, scores: Path | None) -> Loaded:
    """``subset``: a subset's JSON file, or a score file, which then is the whole benchmark.

    ``scores``: the whole benchmark; without it a JSON subset is judged on the source scores that it carries.
    """
    if subset.suffix == ".json":
        chosen = Subset.load(subset)
        matrix = load_scores(scores) if scores else None
        return subject_of(chosen, ratings, matrix)
    matrix = load_scores(subset)
    known, unmatched = _matched(ratings, matrix.models)
    filled = matrix.filled
    rest = [i for i, name in enumerate(matrix.models) if name not in ratings.models]
    subject = Subject(
        items=matrix.items,
        method="all items",
        scores=filled[matrix.rows(known.models)],
        plain=matrix.full_scores[matrix.rows(known.models)],
        new_models={matrix.models[i]: filled[i] for i in rest},
    )
    return Loaded(subject, known, matrix, unmatched)


def subject_of(chosen: Subset, ratings: Ratings, matrix: ScoreMatrix | None) -> Loaded:
    """The same from a subset in memory."""
    if matrix is None:
        names, scores = chosen.source_models, chosen.source_scores
        codes = {task: i for i, task in enumerate(dict.fromkeys(chosen.tasks))}
        filled = fill(scores, np.array([codes[task] for task in chosen.tasks], dtype=np.int64))
    else:
        columns = matrix.columns(chosen.items)
        names, scores, filled = matrix.models, matrix.scores[:, columns], matrix.filled[:, columns]
    known, unmatched = _matched(ratings, names)
    where = {name: i for i, name in enumerate(names)}
    rows = [where[name] for name in known.models]
    subject = Subject(
        items=chosen.items,
        method=chosen.method,
        scores=filled[rows],
        plain=chosen.estimator.estimate(scores[rows]),
        new_models={name: filled[i] for name, i in where.items() if name not in ratings.models},
    )
    return Loaded(subject, known, matrix, unmatched)


def _matched(ratings: Ratings, names: Sequence[str]) -> tuple[Ratings, tuple[str, ...]]:
    rows = [i for i, name in enumerate(ratings.models) if name in set(names)]
    if not rows:
        raise RatingsError(f"no rated model has scores; rated: {list(ratings.models)[:3]}, scored: {list(names)[:3]}")
    return ratings.of_models(rows), tuple(name for name in ratings.models if name not in set(names))


def candidates_for(matrix: ScoreMatrix, methods: Sequence[str], sizes: Sequence[int], n_seeds: int) -> list[Candidate]:
    """Every method that these items allow, at every size that they have, with every seed."""
    allowed = [method for method in methods if _allowed(matrix, method)]
    kept = [n for n in sizes if n < matrix.n_items]
    return [Candidate(method, n, seed) for method in allowed for seed in range(n_seeds) for n in kept]


def _allowed(matrix: ScoreMatrix, name: str) -> bool:
    points = getattr(method_row(name).method, "points", None)
    try:
        if points is not None:
            points(Source.of(matrix.of_models([0, 1])))
    except FeaturesMissingError:
        return False
    return True
