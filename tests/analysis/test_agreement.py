"""The fast code against scikit-learn, SciPy, and estimates of the plain reference kept in golden files."""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize
from sklearn.cluster import KMeans
from sklearn.linear_model import Ridge, RidgeCV

from analysis.metrics import kendall, pearson, spearman
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets import kernel_ridge
from analysis.subsets.item_response import binarised, fit_abilities, fit_item_response, sigmoid
from analysis.subsets.kmeans import kmeans
from analysis.subsets.learn import ALPHAS, RandomSearchLearn
from analysis.subsets.linear import LinearEstimator
from analysis.subsets.performance_prediction import PredictedPerformance
from analysis.subsets.random_sampling import balanced_draws
from analysis.subsets.source import Source
from tests.analysis.matrices import small_matrix

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("n_models", [12, 18])
@pytest.mark.parametrize("binary", [False, True])
def test_random_search_learn_picks_the_candidate_and_alpha_of_scikit_learn(n_models: int, binary: bool) -> None:
    source = Source.of(small_matrix(n_models=n_models, binary=binary))
    method = RandomSearchLearn(n_candidates=25)
    rng = np.random.default_rng(3)
    order = rng.permutation(n_models)
    candidates = balanced_draws(source, 25, 30, rng=rng)
    train, validation = np.split(order, [int(n_models * 0.75)])
    for n in (10, 30):
        found = method.search(source, candidates, [n], order)[n]
        errors = []
        for row in candidates[:, :n]:
            model = _ridge_cv(source.scores[np.ix_(train, row)], source.full[train])
            predicted = model.predict(source.scores[np.ix_(validation, row)])
            errors.append(np.abs(predicted - source.full[validation]).mean())
        np.testing.assert_allclose(found.errors, errors, atol=1e-10)
        assert found.best == int(np.argmin(errors))
        final = _ridge_cv(source.scores[:, candidates[found.best, :n]], source.full)
        assert found.alpha == final.alpha_
        np.testing.assert_allclose(found.estimator.weights, final.coef_, atol=1e-8)
        assert found.estimator.bias == pytest.approx(final.intercept_, abs=1e-10)


def _ridge_cv(features: Any, y: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return RidgeCV(alphas=ALPHAS, cv=5).fit(features, y)


def test_alpha_is_that_of_scikit_learn_when_a_fold_holds_models_with_equal_scores() -> None:
    rng = np.random.default_rng(4)
    chosen = []
    for _ in range(8):
        x, y = rng.random((12, 20)), rng.random(12)
        y[:3] = 0.5
        found = kernel_ridge.choose_alpha((x @ x.T)[None], y, np.arange(12), np.array(ALPHAS), score="r2")[0]
        assert found == _ridge_cv(x, y).alpha_
        chosen.append(found)
    assert len(set(chosen)) > 1


def test_leave_one_out_chooses_alpha_as_refitting_without_each_model_does() -> None:
    source = Source.of(small_matrix())
    for seed in range(5):
        items = balanced_draws(source, 1, 20, rng=np.random.default_rng(seed))[0]
        x = source.scores[:, items]
        rows = np.arange(len(x))
        alpha = kernel_ridge.choose_alpha((x @ x.T)[None], source.full, rows, np.array(ALPHAS), score="loo")[0]
        errors = []
        for candidate in ALPHAS:
            out = []
            for i in rows:
                model = Ridge(alpha=candidate).fit(np.delete(x, i, 0), np.delete(source.full, i))
                out.append(model.predict(x[[i]])[0])
            errors.append(((np.array(out) - source.full) ** 2).mean())
        assert alpha == ALPHAS[int(np.argmin(errors))]


def test_kmeans_inertia_is_within_one_percent_of_scikit_learn_on_average() -> None:
    ratios = []
    for seed in range(6):
        matrix = small_matrix(seed=seed, n_items=900, binary=seed % 2 == 0)
        points, weights = np.ascontiguousarray(matrix.scores.T), matrix.balance
        ours = kmeans(points, weights, (10, 30, 80), seed=seed)
        for k, clustering in ours.items():
            theirs = KMeans(k, n_init="auto", max_iter=100, random_state=seed).fit(points, sample_weight=weights)
            gap = points - theirs.cluster_centers_[theirs.labels_]
            ratios.append(clustering.inertia / (weights * (gap**2).sum(axis=1)).sum())
            recomputed = (weights * ((points - clustering.centres[clustering.labels]) ** 2).sum(axis=1)).sum()
            assert clustering.inertia == pytest.approx(recomputed, rel=1e-3)
            assert len(np.unique(clustering.labels)) == k
    assert np.mean(ratios) < 1.01


def test_abilities_reach_the_maximum_that_bfgs_finds() -> None:
    source = Source.of(small_matrix(n_models=14, binary=True))
    model = fit_item_response(source.scores[:12], 2)
    y = source.scores[12:]
    ours = fit_abilities(y, model.discrimination, model.difficulty)

    def loss(theta: Any, row: Any) -> float:
        p = sigmoid(model.discrimination @ theta - model.difficulty)
        return float(-np.sum(row * np.log(p) + (1 - row) * np.log(1 - p)))

    for row, theta in zip(y, ours, strict=True):
        assert loss(theta, row) <= minimize(loss, np.zeros(2), args=(row,), method="BFGS").fun + 1e-6


def test_item_response_fit_finds_the_items_and_models_that_made_the_data() -> None:
    rng = np.random.default_rng(0)
    theta, alpha, beta = rng.normal(0, 1, 60), rng.lognormal(0, 0.3, 300), rng.normal(0, 1, 300)
    y = (rng.random((60, 300)) < sigmoid(theta[:, None] * alpha - beta)).astype(float)
    model = fit_item_response(y, 1)
    assert abs(pearson(model.ability[:, 0], theta)) > 0.97
    assert pearson(model.difficulty, beta) > 0.95
    expected, fitted = sigmoid(theta[:, None] * alpha - beta), model.probabilities(model.ability)
    assert np.abs(fitted - expected).mean() < 0.07


def test_binarised_scores_keep_each_tasks_sum() -> None:
    matrix = small_matrix()
    responses, _ = binarised(matrix.scores, matrix.task)
    for t in range(len(matrix.tasks)):
        members = matrix.task == t
        assert responses[:, members].sum() == pytest.approx(matrix.scores[:, members].sum(), abs=0.5)


def test_balanced_draws_have_the_law_of_successive_sampling() -> None:
    source = Source.of(small_matrix(n_items=60))
    rng = np.random.default_rng(0)
    ours = balanced_draws(source, 4000, 20, rng=rng)
    theirs = np.stack([rng.choice(60, 20, replace=False, p=source.balance) for _ in range(4000)])
    a, b = (np.bincount(d.ravel(), minlength=60) / 4000 for d in (ours, theirs))
    z = (a - b) / np.sqrt((a * (1 - a) + b * (1 - b)) / 4000)
    assert np.sqrt((z**2).mean()) < 1.3
    everything = balanced_draws(source, 3, 60, rng=rng)
    assert all(sorted(row) == list(range(60)) for row in everything.tolist())


def test_correlations_equal_scipys() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        x, y = rng.integers(0, 6, 9).astype(float), rng.normal(size=9)
        assert pearson(x, y) == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-12)
        assert spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
        assert kendall(x, y) == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)


@pytest.mark.parametrize("case", json.loads((GOLDEN / "reference_estimates.json").read_text()), ids=lambda c: c["desc"])
def test_estimates_equal_those_of_the_plain_reference(case: dict[str, Any]) -> None:
    matrix: ScoreMatrix = small_matrix(seed=case["seed"], n_models=18, binary=case["binary"])
    source = Source.of(matrix.of_models(range(12)))
    items = np.array(case["items"])
    target = matrix.scores[12:][:, items]
    if case["method"] == "irt":
        estimator: Any = PredictedPerformance(
            items=items,
            weights=np.full(len(items), 1 / len(items)),
            discrimination=np.array(case["discrimination"]),
            difficulty=np.array(case["difficulty"]),
            balance=source.balance,
            thresholds=np.ones(len(items)),
        )
    elif case["method"] == "anchor":
        estimator = LinearEstimator.weighted(source, items, np.array(case["weights"]))
    elif case["method"] == "ridge":
        x = source.scores[:, items]
        alpha = kernel_ridge.choose_alpha((x @ x.T)[None], source.full, np.arange(12), np.array(ALPHAS), score="r2")[0]
        assert alpha == case["alpha"]
        estimator = LinearEstimator.weighted(source, items, *kernel_ridge.primal(x, source.full, float(alpha)))
    else:
        estimator = LinearEstimator.mean_of(source, items)
    np.testing.assert_allclose(
        estimator.estimate(target), case["estimates"], atol=2e-4 if case["method"] == "irt" else 1e-9
    )
