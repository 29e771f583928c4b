"""Score matrices from the project's own records: results of benchmark items, ratings of conversations.

On disk they are JSON lines: ``ItemResult`` records of a benchmark run, or the study's ``conversations.jsonl``.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from analysis.arrays import FloatArray
from analysis.errors import ScoresError
from analysis.scores.features import ItemFeatures
from analysis.scores.matrix import ScoreMatrix
from contracts.base import ModelId, ScenarioId
from contracts.benchmark import ItemResult
from contracts.rating import Dimension, Rating

_LOWEST, _HIGHEST = 1, 6


@dataclass(frozen=True, slots=True)
class RatedConversation:
    """Who was rated, in which scenario (and its category), and how."""

    model: ModelId
    scenario: ScenarioId
    category: str
    scores: dict[Dimension, int]


def read_records(path: Path) -> list[ItemResult] | list[RatedConversation]:
    """The records in a file of JSON lines; conversations that were not rated are left out.

    An error names the line and never repeats it: it may hold what a participant said.
    """
    results: list[ItemResult] = []
    conversations: list[RatedConversation] = []
    is_study = False
    # Not `splitlines`: what a participant wrote may hold other ends of lines.
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if "conversation" in data:
                is_study = True
                if (rated := _rated(data)) is not None:
                    conversations.append(rated)
            else:
                results.append(ItemResult.model_validate(data))
        except (ValueError, KeyError, TypeError) as error:
            raise ScoresError(f"{path}, line {number}: {_reason(error)}") from None
    if is_study and results:
        raise ScoresError(f"{path}: conversations and benchmark results in one file")
    return conversations if is_study else results


def _rated(data: dict[str, Any]) -> RatedConversation | None:
    about, rating = data["conversation"], data["rating"]
    if rating is None:
        return None
    scores = Rating.model_validate(rating).scores
    return RatedConversation(about["model_id"], about["scenario_id"], about["category"], scores)


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'record'}: {e['msg']}" for e in error.errors())
    if isinstance(error, KeyError):
        return f"no field {error}"
    return "not a benchmark result or a conversation record"


def matrix_of_results(results: Iterable[ItemResult]) -> ScoreMatrix:
    """Models × items from results; several results of a model on an item count with their mean.

    A failure is no score: where a model only failed, it was not scored. ``seconds`` and ``usd`` of an item are the
    means over its results, and are kept when every item has them.
    """
    rows = list(results)
    matrix = _matrix([(r.model, r.item, r.task, float("nan") if r.score is None else r.score) for r in rows])
    features = ItemFeatures(
        seconds=_means(rows, matrix.items, lambda r: r.seconds), usd=_means(rows, matrix.items, lambda r: r.usd)
    )
    return ScoreMatrix(matrix.scores, matrix.models, matrix.items, matrix.tasks, matrix.task, features)


def matrix_of_ratings(
    conversations: Iterable[RatedConversation], dimension: Dimension = Dimension.OVERALL_RECOMMENDATION
) -> ScoreMatrix:
    """Models × scenarios from a study's ratings: a cell is the mean rating of its conversations, 1 to 6 as [0, 1].

    Categories are the tasks. A model that nobody met in a scenario has no score there.
    """
    return _matrix(
        [
            (c.model, c.scenario, c.category, (c.scores[dimension] - _LOWEST) / (_HIGHEST - _LOWEST))
            for c in conversations
        ]
    )


def _matrix(cells: Sequence[tuple[str, str, str, float]]) -> ScoreMatrix:
    if not cells:
        raise ScoresError("there is no record")
    models, items = _places(c[0] for c in cells), _places(c[1] for c in cells)
    task_of: dict[str, str] = {}
    total, count = np.zeros((len(models), len(items))), np.zeros((len(models), len(items)))
    for model, item, task, score in cells:
        if task_of.setdefault(item, task) != task:
            raise ScoresError(f"item {item!r} stands in two tasks, {task_of[item]!r} and {task!r}")
        if not np.isnan(score):
            total[models[model], items[item]] += score
            count[models[model], items[item]] += 1
    scores = np.full_like(total, np.nan)
    np.divide(total, count, out=scores, where=count > 0)
    return ScoreMatrix.of(scores, task=[task_of[i] for i in items], models=list(models), items=list(items))


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _means(
    results: Sequence[ItemResult], items: tuple[str, ...], value: Callable[[ItemResult], float | None]
) -> FloatArray | None:
    found: dict[str, list[float]] = {}
    for result in results:
        if (known := value(result)) is not None:
            found.setdefault(result.item, []).append(known)
    if len(found) < len(items):
        return None
    return np.array([float(np.mean(found[item])) for item in items])
