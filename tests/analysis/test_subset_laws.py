"""Laws that every selection method keeps."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import SubsetError
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.methods import METHODS
from analysis.subsets.selector import Selector
from analysis.subsets.source import Source
from analysis.subsets.subset import Subset
from tests.analysis.matrices import small_matrix

WEIGHTS_SUM_TO_ONE = [
    "random",
    "variance",
    "difficulty",
    "irt",
    "anchor",
    "semantic",
    "acoustic",
    "combined",
    "anchor-task",
]
# What chooses items by geometry or order must not care for the scale; what fits a logistic curve or penalises may.
AFFINE_CHOICE = ["random", "variance", "difficulty", "anchor", "anchor-task", "semantic", "acoustic"]
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", list(METHODS))
@pytest.mark.parametrize("binary", [False, True])
@few
@given(data=st.data())
def test_a_subset_has_exactly_n_different_items_and_the_seed_decides_it(name: str, binary: bool, data: Any) -> None:
    seed = data.draw(st.integers(0, 50), label="seed")
    n = data.draw(st.integers(1, 60), label="n")
    source = Source.of(small_matrix(seed=seed, n_models=8, n_items=90, binary=binary))
    method = METHODS[name].method
    one = method.path(source, [n], seed=seed)[n]
    again = method.path(source, [n], seed=seed)[n]
    assert len(one.items) == n
    assert len(set(one.items.tolist())) == n
    np.testing.assert_array_equal(one.items, again.items)
    np.testing.assert_array_equal(one.weights, again.weights)


@pytest.mark.parametrize("name", list(METHODS))
def test_the_result_for_a_size_does_not_depend_on_the_other_sizes(name: str) -> None:
    source = Source.of(small_matrix())
    method = METHODS[name].method
    alone = method.path(source, [20], seed=4)[20]
    among = method.path(source, [5, 20, 70], seed=4)[20]
    np.testing.assert_array_equal(alone.items, among.items)
    np.testing.assert_allclose(alone.weights, among.weights, atol=1e-12)


@pytest.mark.parametrize("name", WEIGHTS_SUM_TO_ONE)
def test_weights_sum_to_one(name: str) -> None:
    subset = Selector(method=name, n=25, calibrate=False).fit(small_matrix())
    assert subset.weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert (subset.weights > 0).all()


@pytest.mark.parametrize("name", AFFINE_CHOICE)
@few
@given(scale=st.floats(0.3, 0.9), shift=st.floats(0.0, 0.1))
def test_an_affine_change_of_all_scores_changes_no_choice_and_moves_estimates_with_it(
    name: str, scale: float, shift: float
) -> None:
    matrix = small_matrix(seed=3)
    moved = ScoreMatrix.of(scale * matrix.scores + shift, task=matrix.task, features=matrix.features)
    before = Selector(method=name, n=15, calibrate=False).fit(matrix)
    after = Selector(method=name, n=15, calibrate=False).fit(moved)
    assert before.items == after.items
    np.testing.assert_allclose(
        after.estimator.estimate(after.source_scores),
        scale * before.estimator.estimate(before.source_scores) + shift,
        atol=1e-6,
    )


@pytest.mark.parametrize("name", list(METHODS))
def test_new_names_for_models_items_and_tasks_change_nothing_else(name: str) -> None:
    matrix = small_matrix()
    renamed = ScoreMatrix.of(
        matrix.scores,
        task=matrix.task,
        models=[f"x{i}" for i in range(matrix.n_models)],
        items=[f"y{i}" for i in range(matrix.n_items)],
        tasks=[f"z{i}" for i in range(len(matrix.tasks))],
        features=matrix.features,
    )
    before = Selector(method=name, n=15, calibrate=False).fit(matrix)
    after = Selector(method=name, n=15, calibrate=False).fit(renamed)
    np.testing.assert_array_equal(before.estimator.items, after.estimator.items)
    np.testing.assert_array_equal(before.weights, after.weights)


@pytest.mark.parametrize("name", ["random", "variance", "difficulty", "anchor", "anchor-task", "semantic", "acoustic"])
def test_the_order_of_the_models_does_not_matter_where_none_is_held_out(name: str) -> None:
    matrix = small_matrix()
    order = np.random.default_rng(0).permutation(matrix.n_models)
    before = Selector(method=name, n=15, calibrate=False).fit(matrix)
    after = Selector(method=name, n=15, calibrate=False).fit(matrix.of_models(order))
    assert set(before.items) == set(after.items)


@pytest.mark.parametrize("name", list(METHODS))
def test_missing_scores_do_not_move_an_estimate_as_zeros_would(name: str) -> None:
    matrix = small_matrix(n_models=16)
    subset = Selector(method=name, n=40, calibrate=False).fit(matrix.of_models(range(12)))
    best = int(matrix.full_scores[12:].argmax()) + 12
    row = matrix.scores[best, matrix.columns(subset.items)]
    holed, zeroed = row.copy(), row.copy()
    holed[::5], zeroed[::5] = np.nan, 0.0
    whole, missing, zero = (subset.estimate(values).score for values in (row, holed, zeroed))
    assert abs(missing - whole) < 0.5 * abs(zero - whole)
    by_name = subset.estimate({item: v for item, v in zip(subset.items, holed, strict=True) if not np.isnan(v)})
    assert by_name.score == pytest.approx(missing, abs=1e-12)
    assert by_name.n_observed == 32


@pytest.mark.parametrize("name", list(METHODS))
def test_scores_missing_among_the_sources_are_not_zeros_either(name: str) -> None:
    matrix = small_matrix(n_models=14)
    scores = matrix.scores.copy()
    scores[np.random.default_rng(0).random(scores.shape) < 0.05] = np.nan
    scores[:, 0] = np.nan
    holed = ScoreMatrix.of(scores, task=matrix.task, features=matrix.features)
    subset = Selector(method=name, n=30, calibrate=False).fit(holed)
    assert holed.items[0] not in subset.items
    estimates = subset.estimator.estimate(subset.source_scores)
    assert np.abs(estimates - matrix.full_scores).mean() < 0.15


@pytest.mark.parametrize("name", ["random", "irt", "optimal", "random-search-learn"])
def test_a_subset_read_from_its_file_estimates_as_the_one_written(name: str, tmp_path: Any) -> None:
    matrix = small_matrix()
    subset = Selector(method=name, n=12, seed=5).fit(matrix)
    subset.save(tmp_path / "subset.json")
    again = Subset.load(tmp_path / "subset.json")
    before, after = (s.estimate_all(subset.source_scores) for s in (subset, again))
    for a, b in zip(before, after, strict=True):
        assert a.score == pytest.approx(b.score, abs=1e-5)
        assert a.low == pytest.approx(b.low, abs=1e-5)
    assert (again.method, again.seed, again.data_hash) == (name, 5, matrix.digest)


def test_an_interval_grows_when_items_are_missing_and_covers_most_unseen_models() -> None:
    matrix = small_matrix(n_models=60, n_items=400)
    subset = Selector(method="anchor-task-hierarchical", n=30).fit(matrix.of_models(range(18)))
    unseen = matrix.of_models(range(18, 60))
    scores = unseen.scores[:, unseen.columns(subset.items)]
    estimates = subset.estimate_all(scores)
    inside = [e.low <= y <= e.high for e, y in zip(estimates, unseen.full_scores, strict=True)]
    assert np.mean(inside) > 0.8
    holed = scores[:1].copy()
    holed[0, ::2] = np.nan
    wide = subset.estimate_all(holed)[0]
    assert wide.high - wide.low > estimates[0].high - estimates[0].low


def test_impossible_sizes_and_scores_are_refused() -> None:
    matrix = small_matrix()
    with pytest.raises(SubsetError, match="n = 1000"):
        Selector(method="random", n=1000).fit(matrix)
    subset = Selector(method="random", n=5, calibrate=False).fit(matrix)
    with pytest.raises(SubsetError, match="outside 0 to 1"):
        subset.estimate([0.1, 0.2, 1.5, 0.4, 0.5])
    with pytest.raises(SubsetError, match="4 scores"):
        subset.estimate([0.1, 0.2, 0.3, 0.4])
    with pytest.raises(SubsetError, match="outside the subset"):
        subset.estimate({"nowhere": 0.5})
