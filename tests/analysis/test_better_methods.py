"""What the package adds to the paper: H-pIRT, c-optimal design, ask and tell, calibration, budgets, automatic
choice.
"""

import numpy as np
import pytest

from analysis.errors import SubsetError
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.automatic import CANDIDATES, Automatic, held_out_errors
from analysis.subsets.calibrated import HierarchicalStratified, calibrate
from analysis.subsets.hierarchical import fit_hierarchical, on_items, posterior
from analysis.subsets.item_response import sigmoid
from analysis.subsets.optimal_design import AdaptiveSession, adaptive_estimates
from analysis.subsets.random_sampling import RandomSampling, balanced_draws, stratified_draw, task_mean_weights
from analysis.subsets.selector import Selector
from analysis.subsets.source import Source
from analysis.subsets.systematic import Systematic, systematic_draw
from tests.analysis.matrices import small_matrix


def _halves(*, binary: bool = True, seed: int = 0) -> tuple[Source, ScoreMatrix]:
    matrix = small_matrix(seed=seed, n_models=40, n_items=400, binary=binary)
    return Source.of(matrix.of_models(range(18))), matrix.of_models(range(18, 40))


def test_the_hierarchical_posterior_is_the_mode_of_its_density() -> None:
    source, targets = _halves()
    model = fit_hierarchical(source)
    items = np.arange(0, 400, 10)
    y = targets.scores[:1, items]
    at = posterior(model, y, items)

    def log_density(ability: float, deviation: np.ndarray) -> float:
        p = sigmoid(model.slope[items] * (ability + deviation[model.task[items]]) - model.intercept[items])
        likelihood = (y[0] * np.log(p) + (1 - y[0]) * np.log(1 - p)) / model.dispersion[model.task[items]]
        prior = ((ability - model.ability_mean) / model.ability_sd) ** 2 + (deviation**2).sum() / model.task_variance
        return float(likelihood.sum() - prior / 2)

    best = log_density(at.ability[0], at.deviation[0])
    rng = np.random.default_rng(0)
    for _ in range(50):
        step = rng.normal(0, 0.02, 6)
        assert log_density(at.ability[0] + step[0], at.deviation[0] + step[1:]) <= best + 1e-9


def test_the_hierarchical_estimate_beats_the_plain_mean_of_the_same_items() -> None:
    plain, better = [], []
    for seed in range(6):
        source, targets = _halves(seed=seed)
        items = stratified_draw(source, 25, rng=np.random.default_rng(seed))
        scores = targets.scores[:, items]
        plain.append(np.abs(scores @ task_mean_weights(source, items) - targets.full_scores).mean())
        better.append(np.abs(on_items(fit_hierarchical(source), items).estimate(scores) - targets.full_scores).mean())
    assert np.mean(better) < 0.9 * np.mean(plain)


def test_asking_and_telling_gives_what_the_batch_computes_and_reads_nothing_else() -> None:
    source, targets = _halves()
    row = targets.scores[3]
    session = AdaptiveSession.start(source)
    asked = []
    for _ in range(12):
        item = session.ask()
        asked.append(item)
        session.tell(item, float(row[item]))
    estimate, error = session.estimate()
    hidden = np.full_like(row, np.nan)
    hidden[asked] = row[asked]
    batch = adaptive_estimates(fit_hierarchical(source), source, hidden[None], [12])[12]
    assert batch[1][0].tolist() == asked
    assert batch[0][0] == pytest.approx(estimate, abs=1e-6)
    assert 0 < error < 0.2
    with pytest.raises(SubsetError, match="told already"):
        session.tell(asked[0], 1.0)
    with pytest.raises(SubsetError, match=r"score 1\.5"):
        session.tell(399, 1.5)


def test_an_item_that_could_not_be_scored_is_not_asked_again_and_changes_nothing() -> None:
    source, _ = _halves()
    session = AdaptiveSession.start(source)
    before = session.estimate()
    item = session.ask()
    session.tell(item, float("nan"))
    assert session.ask() != item
    assert session.estimate()[0] == pytest.approx(before[0], abs=1e-9)


def test_ten_adaptive_items_tell_more_than_ten_random_ones() -> None:
    adaptive, random = [], []
    for seed in range(5):
        source, targets = _halves(seed=seed)
        values, _ = adaptive_estimates(fit_hierarchical(source), source, targets.scores, [10])[10]
        drawn = RandomSampling().path(source, [10], seed=seed)[10]
        adaptive.append(np.corrcoef(values, targets.full_scores)[0, 1])
        random.append(np.corrcoef(drawn.estimate(targets.scores[:, drawn.items]), targets.full_scores)[0, 1])
    assert np.mean(adaptive) > np.mean(random) + 0.05


def test_calibrated_weights_keep_the_prior_when_it_is_right_already() -> None:
    source, _ = _halves(binary=False)
    everything = np.arange(source.n_items)
    found = calibrate(source, everything, source.balance)
    np.testing.assert_allclose(found.weights, source.balance, atol=1e-12)
    assert found.bias == pytest.approx(0, abs=1e-12)


def _uneven() -> Source:
    """Four tasks, of which one has two items only."""
    rng = np.random.default_rng(5)
    task = np.repeat([0, 1, 2, 3], [60, 30, 2, 28])
    return Source.of(ScoreMatrix.of(rng.random((7, len(task))), task=task))


def test_a_systematic_sample_gives_every_item_its_due_weight_on_average() -> None:
    source = _uneven()
    drawn = np.zeros(source.n_items)
    for seed in range(4000):
        items, weights = systematic_draw(source, 16, rng=np.random.default_rng(seed))
        assert weights.sum() == pytest.approx(1.0)
        drawn[items] += weights / 4000
    # A quarter of the weight lies on the two items of one task: they are in every sample.
    np.testing.assert_allclose(drawn[60 + 30 : 60 + 32], 0.125, atol=1e-12)
    spread = np.sqrt(source.balance * (1 / 16) / 4000)
    assert (np.abs(drawn - source.balance) < 5 * spread + 1e-12).all()


@pytest.mark.parametrize("n", [1, 2, 3, 40, 119, 120])
def test_a_systematic_sample_has_its_size_and_every_task_its_share(n: int) -> None:
    source = _uneven()
    items, weights = systematic_draw(source, n, rng=np.random.default_rng(n))
    assert len(set(items.tolist())) == n
    assert weights.sum() == pytest.approx(1.0)
    if n == 40:
        shares = np.bincount(source.task[items], minlength=4)
        np.testing.assert_array_less(np.abs(shares - [38 / 3, 38 / 3, 2, 38 / 3]), 1.0)


def test_a_systematic_sample_spreads_over_difficulty() -> None:
    source = _uneven()
    level = source.scores.mean(axis=0)
    away = []
    for draw in (
        lambda seed: systematic_draw(source, 30, rng=np.random.default_rng(seed))[0],
        lambda seed: balanced_draws(source, 1, 30, rng=np.random.default_rng(seed))[0],
    ):
        means = [level[items[source.task[items] == 0]].mean() for items in map(draw, range(300))]
        away.append(np.std(means))
    assert away[0] < 0.5 * away[1]


def test_half_a_calibration_lies_midway_between_plain_weights_and_calibrated_ones() -> None:
    source, _ = _halves(binary=False)
    fits = [Systematic(calibrated=share).path(source, [20], seed=1)[20] for share in (0.0, 0.5, 1.0)]
    assert fits[0].weights.sum() == pytest.approx(1.0)
    assert fits[0].bias == 0.0
    np.testing.assert_allclose(fits[1].weights, (fits[0].weights + fits[2].weights) / 2, atol=1e-12)
    assert fits[1].bias == pytest.approx((fits[0].bias + fits[2].bias) / 2)


def test_with_too_few_models_to_choose_a_method_the_first_candidate_is_taken() -> None:
    subset = Selector(n=10).fit(small_matrix(n_models=4))
    assert subset.calibration is not None
    source = Source.of(small_matrix(n_models=3))
    assert Automatic().choose(source, [10], seed=0) == {10: "systematic"}


def test_a_budget_is_kept_and_buys_more_cheap_items() -> None:
    matrix = small_matrix(n_models=10)
    seconds = matrix.features.seconds
    assert seconds is not None
    subset = Selector(calibrate=False).fit_within(matrix, 100.0)
    cost = seconds[matrix.columns(subset.items)]
    assert cost.sum() <= 100
    assert cost.mean() < seconds.mean()
    assert 100 - cost.sum() < seconds.min() + 5
    with pytest.raises(SubsetError, match="holds no item"):
        Selector().fit_within(matrix, 0.5)
    with pytest.raises(SubsetError, match="have no usd"):
        Selector().fit_within(matrix, 5, "usd")


def test_the_automatic_choice_is_the_first_candidate_unless_another_is_surely_better() -> None:
    source, _ = _halves()
    chosen = Automatic().choose(source, [20], seed=0)[20]
    squared = {
        name: held_out_errors(method, source, [20], seed=0, n_groups=20)[20] for name, method in CANDIDATES.items()
    }
    squared = {name: (e - e.mean()) ** 2 for name, e in squared.items()}
    gains = {name: squared["systematic"] - e for name, e in squared.items() if name != "systematic"}
    better = {name for name, d in gains.items() if d.mean() > d.std(ddof=1) / np.sqrt(len(d))}
    assert chosen == min(better or {"systematic"}, key=lambda name: squared[name].mean())
    sure = Automatic(doubt=100.0).choose(source, [20], seed=0)[20]
    assert sure == Automatic().candidates[0]
    errors = held_out_errors(HierarchicalStratified(), source, [20], seed=0, n_groups=20)[20]
    assert errors.shape == (18,)
    assert np.abs(errors).mean() < 0.1
