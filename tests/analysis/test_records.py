"""The project's own records as score matrices."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from analysis.errors import ScoresError
from analysis.preference.ratings import load_ratings
from analysis.scores.files import load_scores
from contracts.benchmark import ItemResult
from contracts.rating import Dimension

SECRET = "words of a participant"


def _lines(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def _result(model: str, item: str, score: float | None, **more: Any) -> dict[str, Any]:
    failure = None if score is not None else "timeout"
    made = ItemResult.model_validate(
        {"model": model, "item": item, "task": "asr", "score": score, "failure": failure, **more}
    )
    return made.model_dump(mode="json")


def _conversation(model: str, scenario: str, overall: int | None) -> dict[str, Any]:
    scores = None if overall is None else dict.fromkeys(Dimension, 3) | {Dimension.OVERALL_RECOMMENDATION: overall}
    return {
        "conversation": {"model_id": model, "scenario_id": scenario, "category": "open_chat"},
        "model": {"id": model},
        "rating": None if scores is None else {"scores": scores, "feedback": SECRET},
    }


def test_a_failed_item_is_no_score_and_repeated_ones_count_with_their_mean(tmp_path: Path) -> None:
    path = _lines(
        tmp_path / "results.jsonl",
        [
            _result("a", "1", 0.25, seconds=2),
            _result("a", "1", 0.75, seconds=4),
            _result("a", "2", None, seconds=6),
            _result("b", "2", 0.0, seconds=6),
            _result("b", "1", None, seconds=3),
            _result("b", "1", 1.0, seconds=3),
        ],
    )
    matrix = load_scores(path)
    assert (matrix.models, matrix.items, matrix.tasks) == (("a", "b"), ("1", "2"), ("asr",))
    np.testing.assert_array_equal(matrix.scores, [[0.5, np.nan], [1.0, 0.0]])
    np.testing.assert_array_equal(matrix.features.seconds, [3.0, 6.0])
    assert matrix.features.usd is None


def test_a_study_becomes_models_by_scenarios_with_unrated_conversations_left_out(tmp_path: Path) -> None:
    path = _lines(
        tmp_path / "conversations.jsonl",
        [
            _conversation("a", "books", 6),
            _conversation("a", "books", 1),
            _conversation("a", "music", None),
            _conversation("b", "music", 6),
        ],
    )
    matrix = load_scores(path)
    assert (matrix.models, matrix.items, matrix.tasks) == (("a", "b"), ("books", "music"), ("open_chat",))
    np.testing.assert_array_equal(matrix.scores, [[0.5, np.nan], [np.nan, 1.0]])
    ratings = load_ratings(path)
    assert ratings.models == ("a", "b")
    np.testing.assert_array_equal(ratings.mean, [0.5, 1.0])
    np.testing.assert_array_equal(ratings.count, [2, 1])


def test_a_line_ends_at_a_newline_and_not_at_what_a_participant_pasted(tmp_path: Path) -> None:
    record = _conversation("a", "books", 6)
    record["rating"]["feedback"] = "one\u2028two\u0085three"
    path = tmp_path / "conversations.jsonl"
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    np.testing.assert_array_equal(load_scores(path).scores, [[1.0]])


def test_the_lowest_ratings_of_a_study_are_the_bottom_of_its_scale_and_not_its_top(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("model_id,scenario_id,overall_recommendation\na,books,1\nb,books,1\n")
    np.testing.assert_array_equal(load_ratings(path).mean, [0.0, 0.0])


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"model": "a", "item": "1", "task": "t", "score": 2, "failure": None}, "line 1: score: .*less than or equal"),
        ({"model": "a", "item": "1", "task": "t", "score": None}, "exactly one of them"),
        ({**_conversation("a", "books", 6), "conversation": {"model_id": "a"}}, "no field 'scenario_id'"),
        ({**_conversation("a", "books", 6), "rating": {"scores": {}, "feedback": SECRET}}, "not rated yet"),
        ([SECRET], "record: Input should be"),
    ],
)
def test_a_record_that_breaks_the_rules_is_refused_by_line_and_field_and_never_repeated(
    tmp_path: Path, record: dict[str, Any], message: str
) -> None:
    with pytest.raises(ScoresError, match=message) as raised:
        load_scores(_lines(tmp_path / "records.jsonl", [record]))
    assert SECRET not in str(raised.value)


def test_a_file_without_records_says_so(tmp_path: Path) -> None:
    with pytest.raises(ScoresError, match="no benchmark result and no rated conversation"):
        load_scores(_lines(tmp_path / "empty.jsonl", [_conversation("a", "books", None)]))


def test_a_result_is_scored_or_failed_and_never_both() -> None:
    with pytest.raises(ValidationError, match="exactly one of them"):
        ItemResult.model_validate({"model": "a", "item": "1", "task": "t", "score": 0.0, "failure": "timeout"})
