"""The cross-validation: resumable, the same however it is cut, and its tables."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.commands import app
from analysis.errors import AnalysisError
from analysis.metrics import area_under_curve, smallest_size
from analysis.protocol.plan import Plan
from analysis.protocol.runner import run_protocol
from analysis.protocol.summary import summarise
from analysis.scores.files import save_scores
from analysis.scores.matrix import ScoreMatrix
from tests.analysis.matrices import small_matrix

METHODS = ("random", "anchor", "adaptive")


def _csv(folder: Path) -> str:
    return (folder / "table1.csv").read_text()


def test_the_command_gives_the_same_numbers_on_one_process_and_two(tmp_path: Path) -> None:
    save_scores(small_matrix(n_items=80), tmp_path / "scores.csv")
    for workers in (1, 2):
        result = CliRunner().invoke(
            app,
            [
                *("table1", str(tmp_path / "scores.csv"), "--out", str(tmp_path / str(workers))),
                *("--methods", "random,irt,anchor,semantic", "--sizes", "10,20"),
                *("--repeats", "2", "--workers", str(workers)),
            ],
        )
        assert result.exit_code == 0, result.output
        assert "Not run: semantic" in result.output
    assert _csv(tmp_path / "1") == _csv(tmp_path / "2")
    rows = list(csv.DictReader((tmp_path / "1" / "table1.csv").open()))
    assert list(rows[0]) == [
        "method",
        "n_items",
        "pearson",
        "sem",
        "spearman",
        "kendall",
        "aucc",
        "pool_low",
        "pool_high",
    ]
    assert len(rows) == 6
    assert all(float(r["pool_low"]) <= float(r["pearson"]) <= float(r["pool_high"]) for r in rows)
    for name in ("table1.md", "table1.tex", "fig02_best_methods.svg", "fig05_random.png", "fig14_tasks_anchor.svg"):
        assert (tmp_path / "1" / name).stat().st_size > 100


def test_a_run_that_was_cut_off_goes_on_and_ends_like_one_that_was_not(tmp_path: Path) -> None:
    matrix = small_matrix()
    plan = Plan(METHODS, (10, 20), repeats=4)
    whole, _ = run_protocol(matrix, plan, tmp_path / "whole")
    run_protocol(matrix, Plan(("random",), (10,), repeats=2), tmp_path / "cut")
    seen: list[int] = []
    resumed, _ = run_protocol(matrix, plan, tmp_path / "cut", on_repeat=lambda done, _: seen.append(done))
    for a, b in zip(whole, resumed, strict=True):
        for name in METHODS:
            for n in (10, 20):
                np.testing.assert_array_equal(a.estimates[name][n], b.estimates[name][n])
                np.testing.assert_array_equal(a.composition[name][n], b.composition[name][n])
    seen.clear()
    run_protocol(matrix, plan, tmp_path / "cut", on_repeat=lambda done, _: seen.append(done))
    assert seen == [4]


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    run_protocol(small_matrix(), Plan(("random",), (10,), repeats=1), tmp_path)
    with pytest.raises(AnalysisError, match="another data_sha256"):
        run_protocol(small_matrix(seed=1), Plan(("random",), (10,), repeats=1), tmp_path)
    with pytest.raises(AnalysisError, match="another seed"):
        run_protocol(small_matrix(), Plan(("random",), (10,), repeats=1, seed=9), tmp_path)


def test_no_method_sees_the_models_that_it_is_judged_on(tmp_path: Path) -> None:
    matrix = small_matrix(n_models=9)
    plan = Plan(("anchor", "irt", "optimal", "random-search-learn"), (15,), repeats=1)
    held_out = plan.folds(0, 9)[0]
    changed = matrix.scores.copy()
    others = np.setdiff1d(np.arange(9), held_out)
    changed[held_out[0]] = np.random.default_rng(0).random(matrix.n_items)
    before, _ = run_protocol(matrix, plan, tmp_path / "a")
    after, _ = run_protocol(ScoreMatrix.of(changed, task=matrix.task), plan, tmp_path / "b")
    for name in plan.methods:
        a, b = (r[0].estimates[name][15] for r in (before, after))
        kept = held_out[1:]
        np.testing.assert_allclose(a[kept], b[kept], atol=1e-6)
        assert not np.array_equal(a[others], b[others])


def test_the_summary_is_the_mean_over_folds_of_correlations_with_the_full_score(tmp_path: Path) -> None:
    matrix = small_matrix()
    plan = Plan(("random",), (10,), repeats=5)
    results, _ = run_protocol(matrix, plan, tmp_path)
    row = summarise(results, plan, matrix.full_scores).rows[0]
    expected = [
        np.corrcoef(result.estimates["random"][10][fold], matrix.full_scores[fold])[0, 1]
        for result in results
        for fold in plan.folds(result.repeat, 12)
    ]
    assert row.pearson == pytest.approx(np.mean(expected), abs=1e-12)
    assert row.sem == pytest.approx(np.std(expected, ddof=1) / np.sqrt(15), abs=1e-12)


def test_area_and_thresholds_follow_the_curve() -> None:
    sizes, values = [10, 20, 50, 200], [0.5, 0.8, 0.92, 0.98]
    assert area_under_curve([10, 200], [0.5, 0.9]) == pytest.approx(0.7)
    assert smallest_size(sizes, values, 0.9) == 45
    assert smallest_size(sizes, values, 0.5) == 10
    assert np.isnan(smallest_size(sizes, values, 0.99))


def test_too_few_models_and_unknown_methods_end_the_command_with_a_sentence(tmp_path: Path) -> None:
    save_scores(small_matrix(n_models=7), tmp_path / "few.csv")
    for options, words in ((["--repeats", "1"], "at least 3 models"), (["--methods", "magic"], "'magic'")):
        result = CliRunner().invoke(app, ["table1", str(tmp_path / "few.csv"), "--out", str(tmp_path / "o"), *options])
        assert result.exit_code == 1
        assert words in result.stderr


def test_a_subset_is_chosen_and_used_from_the_command_line(tmp_path: Path) -> None:
    matrix = small_matrix()
    save_scores(matrix, tmp_path / "scores.parquet")
    command = ["select", str(tmp_path / "scores.parquet"), "--n", "20", "--method", "anchor-task"]
    assert CliRunner().invoke(app, [*command, "--out", str(tmp_path / "subset.json")]).exit_code == 0
    assert json.loads((tmp_path / "subset.json").read_text())["n"] == 20
    result = CliRunner().invoke(app, ["estimate", str(tmp_path / "subset.json"), str(tmp_path / "scores.parquet")])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == matrix.n_models
