"""Score matrices, their files, and what missing scores become."""

from pathlib import Path

import numpy as np
import pytest

from analysis.errors import ScoresError
from analysis.scores.files import load_scores, save_scores
from analysis.scores.matrix import ScoreMatrix
from tests.analysis.matrices import small_matrix


def _with_holes() -> ScoreMatrix:
    matrix = small_matrix()
    scores = matrix.scores.copy()
    scores[np.random.default_rng(1).random(scores.shape) < 0.1] = np.nan
    return ScoreMatrix.of(scores, task=matrix.task, features=matrix.features)


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".npz"])
def test_a_matrix_is_read_back_as_it_was_written(tmp_path: Path, suffix: str) -> None:
    matrix = _with_holes()
    save_scores(matrix, tmp_path / f"scores{suffix}")
    again = load_scores(tmp_path / f"scores{suffix}")
    assert again.models == matrix.models
    assert again.items == matrix.items
    np.testing.assert_array_equal(again.scores, matrix.scores)
    assert again.digest == matrix.digest
    np.testing.assert_array_equal(again.features.seconds, matrix.features.seconds)


def test_a_long_table_is_read_and_what_it_leaves_out_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("model,item,task,score\na,1,x,0.5\na,2,y,\nb,1,x,1\nb,3,y,0\n")
    matrix = load_scores(path)
    assert matrix.models == ("a", "b")
    assert matrix.items == ("1", "2", "3")
    np.testing.assert_array_equal(matrix.scores, [[0.5, np.nan, np.nan], [1, np.nan, 0]])
    assert [matrix.tasks[t] for t in matrix.task] == ["x", "y", "y"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("model,item,score\na,1,2.0\n", "allowed: 0 to 1"),
        ("model,item,score\na,1,0.5\na,1,0.6\n", "two scores"),
        ("item,task\n1,x\n", "no column of a model"),
        ("model,score\na,1\n", "no column called 'item'"),
        ("item,a\n1,good\n", "column 'a'"),
    ],
)
def test_a_file_that_breaks_the_rules_is_refused_with_the_value_that_breaks_them(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(text)
    with pytest.raises(ScoresError, match=message):
        load_scores(path)


def test_full_score_is_the_mean_over_tasks_of_task_means() -> None:
    matrix = small_matrix()
    expected = np.mean([matrix.scores[:, matrix.task == t].mean(axis=1) for t in range(5)], axis=0)
    np.testing.assert_allclose(matrix.full_scores, expected, atol=1e-12)


def test_missing_scores_are_filled_with_what_item_and_model_lead_to_expect_not_with_zero() -> None:
    matrix = _with_holes()
    whole = small_matrix()
    assert not np.isnan(matrix.filled).any()
    as_zero = np.nan_to_num(matrix.scores) @ matrix.balance
    error = np.abs(matrix.full_scores - whole.full_scores)
    assert error.max() < 0.02
    assert error.mean() < 0.1 * np.abs(as_zero - whole.full_scores).mean()


def test_an_item_that_nobody_answered_and_a_task_that_a_model_skipped_are_still_filled() -> None:
    matrix = small_matrix()
    scores = matrix.scores.copy()
    scores[:, 3] = np.nan
    scores[2, matrix.task == 1] = np.nan
    holed = ScoreMatrix.of(scores, task=matrix.task)
    assert not np.isnan(holed.filled).any()
    assert not holed.observed[3]


def test_the_hash_follows_scores_and_names_only() -> None:
    matrix = small_matrix()
    other = ScoreMatrix.of(matrix.scores, task=matrix.task)
    changed = matrix.scores.copy()
    changed[0, 0] = 1 - changed[0, 0]
    assert matrix.digest == other.digest
    assert matrix.digest != ScoreMatrix.of(changed, task=matrix.task).digest
