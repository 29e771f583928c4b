"""What ratings can bear: the paper's figures from its own tables, nulls, held-out statistics, verdicts."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from typer.testing import CliRunner

from analysis.commands import app
from analysis.errors import RatingsError, SubsetError, TooFewModelsError
from analysis.metrics import pearson
from analysis.preference import validation
from analysis.preference.assessment import assess, to_json
from analysis.preference.nested import Candidate, grams_of, nested_choice
from analysis.preference.ratings import Ratings, load_ratings
from analysis.preference.release import human_subset
from analysis.preference.report import write_report
from analysis.preference.ridge import ALPHAS, fit_predict
from analysis.preference.subjects import Subject, subject_of
from analysis.preference.uncertainty import fisher_interval, reliability_of
from analysis.preference.validation import pairs_of, permutations_of, statistics
from analysis.preference.verdict import p_text
from analysis.scores.files import save_scores
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.selector import Selector
from benchmarks.analysis_coverage import World, ratings_coverage
from contracts.base import ModelId
from contracts.rating import Dimension, Rating
from tests.analysis.matrices import small_matrix

PAPER: dict[str, Any] = json.loads((Path(__file__).parent / "golden" / "paper_tables.json").read_text())
TABLE2: dict[str, Any] = PAPER["table2"]["rows"]


def _paper_ratings() -> Ratings:
    rows = TABLE2.values()
    return Ratings.of_means(
        list(TABLE2), [r["mean"][0] for r in rows], [r["se"][0] for r in rows], [r["n"] for r in rows]
    )


def test_benchmark_and_ratings_of_table_2_correlate_as_the_paper_says() -> None:
    benchmark = np.array([row["benchmark"] for row in TABLE2.values()])
    r = pearson(benchmark, _paper_ratings().mean)
    assert r == pytest.approx(0.851, abs=0.0015)
    interval = fisher_interval(r, 7)
    assert (interval.low, interval.high) == pytest.approx((0.27, 0.98), abs=0.01)
    permutations, exact = permutations_of(7, rng=np.random.default_rng(0))
    null = [pearson(benchmark, _paper_ratings().mean[p]) for p in permutations]
    assert exact
    assert len(null) == 5040
    assert np.mean(np.array(null) >= r - 1e-12) == pytest.approx(0.009, abs=0.002)


def test_the_lower_triangle_of_table_9_follows_from_table_2() -> None:
    means = np.array([row["mean"] for row in TABLE2.values()])
    for i, line in enumerate(PAPER["table9_lower"], start=1):
        for j, expected in enumerate(line):
            assert pearson(means[:, i], means[:, j]) == pytest.approx(expected, abs=0.0015)


def test_task_progress_of_table_10_correlates_as_the_paper_says() -> None:
    progress, effectiveness, overall = (
        np.array([row[name] for row in PAPER["table10"].values()]) for name in ("progress", "effectiveness", "overall")
    )
    assert pearson(progress, overall) == pytest.approx(0.87, abs=0.005)
    assert pearson(progress, effectiveness) == pytest.approx(0.85, abs=0.005)


def test_the_papers_ratings_have_a_noise_ceiling_below_its_best_correlation() -> None:
    reliability = reliability_of(_paper_ratings())
    assert reliability is not None
    assert reliability.value == pytest.approx(0.948, abs=0.003)
    assert reliability.ceiling == pytest.approx(0.974, abs=0.002)
    assert reliability.low < reliability.value < reliability.high


def test_regression_chooses_alpha_and_predicts_as_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.random((7, 30)), rng.random((7, 3))
    train = np.array([0, 1, 2, 4, 5, 6])
    fitted = fit_predict(x @ x.T, y, train)
    for column in range(3):
        target = y[train, column]
        errors = [
            ((cross_val_predict(Ridge(alpha=a), x[train], target, cv=LeaveOneOut()) - target) ** 2).mean()
            for a in ALPHAS
        ]
        assert fitted.alpha[column] == ALPHAS[int(np.argmin(errors))]
        assert fitted.loo_error[column] == pytest.approx(min(errors), rel=1e-6)
        model = Ridge(alpha=fitted.alpha[column]).fit(x[train], target)
        np.testing.assert_allclose(fitted.predictions[:, column], model.predict(x), atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(scale=st.floats(0.1, 5), shift=st.floats(-2, 2), seed=st.integers(0, 20))
def test_no_statistic_changes_under_an_affine_map_of_the_ratings(scale: float, shift: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.random((6, 12)), rng.random((6, 1))
    pairs = pairs_of(6)
    before, after = statistics(x @ x.T, y, pairs), statistics(x @ x.T, scale * y + shift, pairs)
    for name in ("lomo_paper", "lomo_strict", "pair_accuracy", "difference_r"):
        np.testing.assert_allclose(getattr(before, name), getattr(after, name), atol=1e-7)


def test_permuted_ratings_reach_high_paper_statistics_but_chance_on_held_out_pairs() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.random((7, 100)), rng.random(7)
    permutations, _ = permutations_of(7, rng=rng)
    found = statistics(x @ x.T, y[permutations[::10]].T, pairs_of(7))
    assert found.lomo_paper.mean() > 0.7
    assert found.lomo_strict.mean() < -0.3
    assert found.pair_accuracy.mean() == pytest.approx(0.5, abs=0.02)
    assert abs(found.difference_r.mean()) < 0.15


def _rated(*, signal: float, n_models: int = 14, seed: int = 0) -> tuple[ScoreMatrix, Ratings]:
    matrix = small_matrix(seed=seed, n_models=n_models, n_items=150)
    rng = np.random.default_rng((seed, 5))
    full = matrix.full_scores
    liking = signal * (full - full.mean()) / full.std() + rng.normal(0, 0.2, n_models)
    single = {
        name: np.clip(np.round(3.5 + value + rng.normal(0, 0.8, 60)), 1, 6).tolist()
        for name, value in zip(matrix.models, liking, strict=True)
    }
    return matrix, Ratings.of_single(single)


def _noise(seed: int, n_models: int = 7) -> tuple[ScoreMatrix, Ratings, np.random.Generator]:
    """Scores with structure, and ratings that have nothing to do with them."""
    rng = np.random.default_rng((seed, 8))
    ability = rng.normal(0, 1, (n_models, 1))
    scores = 1 / (1 + np.exp(-(ability + rng.normal(0, 1, (n_models, 200)))))
    matrix = ScoreMatrix.of(scores, task=rng.integers(0, 4, 200))
    liked = rng.uniform(2, 5, n_models)
    single = {
        name: np.clip(np.round(liked[m] + rng.normal(0, 1, 40)), 1, 6).tolist() for m, name in enumerate(matrix.models)
    }
    return matrix, Ratings.of_single(single), rng


def test_pure_noise_is_called_not_predictive() -> None:
    levels, lomo = [], []
    for seed in range(30):
        matrix, ratings, rng = _noise(seed, n_models=5 + seed % 3)
        found = assess(Subject(matrix.items, "all items", matrix.filled, matrix.full_scores), ratings, rng=rng)
        levels.append(found.verdict.level)
        lomo.append(found.statistics["lomo_paper"].value)
        if found.verdict.level == "not predictive":
            assert "cannot be told from noise" in found.verdict.text
    # In the long run one in a hundred is called suggestive; three of thirty would be one accident in three hundred.
    assert levels.count("not predictive") >= 28
    assert "predictive" not in levels
    assert np.mean(lomo) > 0.5


def test_the_best_of_many_subsets_of_noise_is_called_not_predictive_when_the_choice_is_counted() -> None:
    candidates = [Candidate("random", n, s) for n in (10, 30) for s in range(20)]
    alone, counted = [], []
    for seed in range(5):
        matrix, ratings, rng = _noise(seed, n_models=6)
        everyone = np.arange(6)
        grams = grams_of(matrix, everyone, everyone, candidates)
        lomo = [float(statistics(g, ratings.mean[:, None], pairs_of(6)[:1]).lomo_paper[0]) for g in grams]
        best = candidates[int(np.argmax(lomo))]
        subset = Selector(method="random", n=best.n, seed=best.seed, calibrate=False).fit(matrix)
        loaded = subject_of(subset, ratings, matrix)
        alone.append(assess(loaded.subject, ratings, rng=rng).statistics["difference_r"].p)
        found = assess(loaded.subject, ratings, matrix=matrix, candidates=candidates, rng=rng)
        assert found.choice == "counted"
        counted.append(found.verdict.level)
    assert np.median(alone) < 0.2
    assert counted == ["not predictive"] * 5


def test_a_verdict_on_items_that_someone_chose_says_on_what_condition_it_holds() -> None:
    matrix, ratings = _rated(signal=1.0)
    subset = Selector(method="anchor", n=30, calibrate=False).fit(matrix)
    found = assess(subject_of(subset, ratings, None).subject, ratings, rng=np.random.default_rng(0), n_permutations=999)
    assert found.choice == "unknown"
    assert found.verdict.level == "predictive"
    assert "fixed before anyone saw a rating" in found.verdict.text


def test_five_models_can_be_suggestive_and_never_predictive() -> None:
    matrix, ratings = _rated(signal=3.0, n_models=5, seed=1)
    subject = Subject(matrix.items, "all items", matrix.filled, matrix.full_scores)
    found = assess(subject, ratings, matrix=matrix, rng=np.random.default_rng(0))
    assert found.statistics["difference_r"].p >= 1 / 120
    assert found.verdict.level in ("not predictive", "suggestive")


@pytest.mark.parametrize(("n_models", "signal"), [(7, 0.0), (7, 0.4), (12, 0.2)])
def test_intervals_of_pair_accuracies_cover_in_simulation(n_models: int, signal: float) -> None:
    """A small dose of what `python -m benchmarks.analysis coverage` measures."""
    found = ratings_coverage(World("one factor", n_models, signal), 100, n_permutations=40)
    for name in ("pairs, regression", "pairs, plain", "pairs, difference"):
        assert found[name]["covered"] >= 0.88
        # And are no wider than they need to be.
        assert found[name]["width"] < 1.1


def test_what_permuted_ratings_give_is_a_two_sided_range() -> None:
    found = validation.tested(np.arange(1000) / 1000, exact=True)
    assert (found.null_low, found.null_high) == pytest.approx((0.025, 0.974), abs=0.001)
    assert found.null_q95 == pytest.approx(0.949, abs=0.001)
    assert found.p == 1.0


def test_a_strong_signal_is_found_and_its_figures_agree() -> None:
    matrix, ratings = _rated(signal=1.0)
    subject = Subject(matrix.items, "all items", matrix.filled, matrix.full_scores)
    found = assess(subject, ratings, rng=np.random.default_rng(0), n_permutations=999)
    assert found.verdict.level == "predictive"
    assert found.statistics["difference_r"].p < 0.01
    assert found.pairs.regression.low < found.pairs.regression.value < found.pairs.regression.high
    assert found.reliability is not None
    assert found.reliability.value > 0.9
    assert found.nested_missing == "the whole benchmark was not given"


def test_choosing_among_many_subsets_looks_good_on_noise_and_nesting_removes_it() -> None:
    rng = np.random.default_rng(2)
    optimism, nested_accuracy = [], []
    for _ in range(4):
        matrix = ScoreMatrix.of(rng.random((7, 120)), task=np.arange(120) % 3)
        candidates = [Candidate("random", n, s) for n in (10, 30) for s in range(12)]
        found = nested_choice(matrix, np.arange(7), rng.random(7), candidates, rng=rng, n_permutations=50)
        optimism.append(found.optimism_difference_r)
        nested_accuracy.append(found.pair_accuracy.value)
        assert found.best_lomo > 0.8
    assert np.mean(optimism) > 0.2
    assert 0.2 < np.mean(nested_accuracy) < 0.75


def test_too_few_models_are_refused_with_the_reason() -> None:
    matrix = small_matrix()
    subset = Selector(method="random", n=10, calibrate=False).fit(matrix)
    rating = Rating(scores=dict.fromkeys(Dimension, 4), feedback="fine")
    with pytest.raises(TooFewModelsError, match="3 rated models"):
        human_subset(subset, [(ModelId(m), rating) for m in matrix.models[:3]], seed=0)


def test_rating_records_become_a_subset_with_human_weights_and_predictions_for_unrated_models() -> None:
    matrix, ratings = _rated(signal=1.0)
    assert ratings.single is not None
    subset = Selector(method="anchor-task", n=40, calibrate=False).fit(matrix)
    records = [
        (ModelId(m), Rating(scores=dict.fromkeys(Dimension, round(1 + 5 * v)), feedback="x"))
        for m, single in zip(ratings.models[:10], ratings.single, strict=False)
        for v in single
    ]
    found = human_subset(subset, [*records, (ModelId("unknown"), records[0][1])], seed=0, n_permutations=199)
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert len(data["items"]) == 40
    assert data["n_models"] == 10
    assert data["unmatched"] == ["unknown"]
    assert [line["model"] for line in data["new_models"]] == list(matrix.models[10:])
    truth = dict(zip(ratings.models, 1 + 5 * ratings.mean, strict=True))
    for line in data["new_models"]:
        assert line["low"] < line["rating"] < line["high"]
        assert abs(line["rating"] - truth[line["model"]]) < 1.5
    model = found.assessment.preference_model
    row = matrix.scores[11, matrix.columns(subset.items)]
    holed = {item: float(v) for item, v in zip(subset.items, row, strict=True)}
    whole = model.predict(holed)
    del holed[subset.items[0]]
    assert model.predict(holed).rating == pytest.approx(whole.rating, abs=0.4)
    assert model.predict(holed).high - model.predict(holed).low > whole.high - whole.low


def test_the_command_writes_a_report_that_opens_with_the_verdict(tmp_path: Path) -> None:
    matrix, ratings = _rated(signal=1.0, n_models=8)
    save_scores(matrix, tmp_path / "scores.npz")
    Selector(method="anchor", n=20, calibrate=False).fit(matrix).save(tmp_path / "subset.json")
    lines = ["model,rating"]
    assert ratings.single is not None
    for model, single in zip(ratings.models, ratings.single, strict=True):
        lines += [f"{model},{round(1 + 5 * v)}" for v in single] + [f"{model},"]
    (tmp_path / "ratings.csv").write_text("\n".join(lines))
    command = ["preference", str(tmp_path / "subset.json"), str(tmp_path / "ratings.csv"), "--out", str(tmp_path / "o")]
    options = [
        "--scores",
        str(tmp_path / "scores.npz"),
        "--methods",
        "anchor,random",
        "--sizes",
        "10,20",
        "--seeds",
        "2",
    ]
    result = CliRunner().invoke(app, [*command, *options])
    assert result.exit_code == 0, result.output
    data = json.loads((tmp_path / "o" / "preference.json").read_text())
    report = (tmp_path / "o" / "report.html").read_text()
    assert data["verdict"]["text"] in result.output
    assert data["verdict"]["level"].capitalize() in report
    assert "<svg" in report
    assert data["n_models"] == 8
    assert len(data["by_size"]) == 5
    assert set(data["statistics"]) == {"lomo_paper", "lomo_strict", "pair_accuracy", "difference_r"}
    assert set(data["random_subsets"]) == {*data["statistics"], "plain_r", "pair_plain"}
    assert (tmp_path / "o" / "fig04_regression.svg").exists()
    alone = CliRunner().invoke(app, [*command[:-1], str(tmp_path / "alone")])
    assert alone.exit_code == 0, alone.output
    assert json.loads((tmp_path / "alone" / "preference.json").read_text())["nested"] is None


def test_ratings_or_scores_that_are_all_alike_are_refused() -> None:
    rng = np.random.default_rng(0)
    scores = rng.random((5, 8))
    items = tuple("abcdefgh")
    # The same three ratings, whose mean depends on their order in its last digit.
    alike = Ratings.of_single({str(m): [3, 4, 6] if m % 2 else [6, 4, 3] for m in range(5)})
    with pytest.raises(RatingsError, match="same mean rating"):
        assess(Subject(items, "random", scores, scores.mean(axis=1)), alike, rng=rng)
    rated = Ratings.of_single({str(m): [1 + m, 3] for m in range(5)})
    equal = np.tile(scores[0], (5, 1))
    with pytest.raises(SubsetError, match="same scores"):
        assess(Subject(items, "random", equal, equal.mean(axis=1)), rated, rng=rng)


def test_one_item_and_one_model_that_is_rated_otherwise_are_no_sign(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    matrix = ScoreMatrix.of(rng.random((6, 1)), task=[0])
    # One rating each: no standard error is known, and no interval.
    ratings = Ratings.of_single(dict(zip(matrix.models, [[5.0], [3.0], [3.0], [3.0], [3.0], [3.0]], strict=True)))
    subject = Subject(matrix.items, "all items", matrix.filled, matrix.full_scores)
    found = assess(subject, ratings, matrix=matrix, rng=rng)
    assert found.verdict.level == "not predictive"
    # Only six relabellings differ.
    assert found.statistics["difference_r"].p >= 1 / 6 - 1e-12
    assert found.reliability is None
    assert json.dumps(to_json(found), allow_nan=False)
    assert "nan" not in write_report(found, (), tmp_path).read_text()


@given(st.lists(st.integers(1, 6), min_size=2, max_size=40), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_same_ratings_in_another_order_have_the_same_mean_to_the_last_digit(given: list[int], random: Any) -> None:
    other = given.copy()
    random.shuffle(other)
    first, second = Ratings.of_single({"a": given, "b": other}).mean
    assert first == second


def test_raters_who_all_agree_leave_no_noise_in_the_ratings() -> None:
    reliability = reliability_of(Ratings.of_single({str(m): [m + 1.0] * 4 for m in range(5)}))
    assert reliability is not None
    assert (reliability.value, reliability.low, reliability.high, reliability.ceiling) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("p", "text"), [(0.0009, "< 0.001"), (0.001, "0.0010"), (0.0012, "0.0012"), (0.0102, "0.0102"), (0.25, "0.250")]
)
def test_a_p_value_is_printed_so_that_its_side_of_a_level_can_be_seen(p: float, text: str) -> None:
    assert p_text(p) == text


def test_rating_files_of_every_kind_are_read(tmp_path: Path) -> None:
    (tmp_path / "means.csv").write_text("model,mean,se,n\na,4.5,0.1,100\nb,3.0,,\n")
    means = load_ratings(tmp_path / "means.csv")
    np.testing.assert_allclose(means.mean, [0.7, 0.4])
    assert np.isnan(means.standard_error[1])
    record = {"model": "a", "rating": {"scores": {d.value: 6 for d in Dimension}, "feedback": "good"}}
    (tmp_path / "records.jsonl").write_text(json.dumps(record) + "\n")
    assert load_ratings(tmp_path / "records.jsonl").mean.tolist() == [1.0]
    np.savez(tmp_path / "r.npz", models=["a", "b", "c"], human=[0.2, np.nan, 0.9], human_se=[0.1, 0.1, 0.1])
    assert load_ratings(tmp_path / "r.npz").models == ("a", "c")
    (tmp_path / "bad.jsonl").write_text('{"model": "a", "rating": {"feedback": "my secret"}}\n')
    with pytest.raises(RatingsError) as refused:
        load_ratings(tmp_path / "bad.jsonl")
    assert "secret" not in str(refused.value)
    (tmp_path / "bad.csv").write_text("model,stars\na,3\n")
    with pytest.raises(RatingsError, match="needed: 'model' and 'rating'"):
        load_ratings(tmp_path / "bad.csv")
