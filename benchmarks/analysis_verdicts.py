"""How often each verdict is given: on noise, where anything but the first is wrong, and on ratings that are real."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.metrics import pearson
from analysis.preference.assessment import Assessment, assess
from analysis.preference.nested import Candidate, grams_of
from analysis.preference.ratings import Ratings
from analysis.preference.ridge import fit_predict
from analysis.preference.subjects import Subject
from analysis.preference.validation import pairs_of, statistics
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.methods import method_row
from analysis.subsets.source import Source

LEVELS = ("not predictive", "suggestive", "predictive")
CANDIDATES = tuple(Candidate(m, n, s) for m in ("random", "anchor") for s in range(3) for n in (10, 50))


def on_noise(n_models: int, simulations: int, *, chosen: bool, nested: bool, seed: int = 0) -> dict[str, float]:
    """Share of each verdict when scores have structure (an ability, tasks) and ratings have nothing to do with them.

    ``chosen``: the candidate with the best LOMO correlation is assessed, else all items; ``nested``: the assessment is
    given the benchmark and the candidates. ``own_p_below_0.05``: how often the subset's own p is.
    """
    rng = np.random.default_rng((seed, n_models, chosen, nested))
    found: list[Assessment] = []
    for _ in range(simulations):
        ability = rng.normal(size=(n_models, 1)) + 0.5 * rng.normal(size=(n_models, 4))[:, np.arange(160) % 4]
        p = 1 / (1 + np.exp(-(ability - rng.normal(size=160))))
        matrix = ScoreMatrix.of(rng.beta(5 * p + 0.1, 5 * (1 - p) + 0.1), task=np.arange(160) % 4)
        liked = rng.normal(0, 0.5, n_models)
        single = {
            name: np.clip(np.round(3.7 + liked[m] + rng.normal(size=40)), 1, 6).tolist()
            for m, name in enumerate(matrix.models)
        }
        ratings = Ratings.of_single(single)
        subject = _best(matrix, ratings) if chosen else _whole(matrix, np.arange(n_models))
        extra: dict[str, Any] = {"matrix": matrix, "candidates": CANDIDATES} if nested else {}
        found.append(assess(subject, ratings, rng=rng, n_permutations=2000, **extra))
    own = np.array([one.statistics["difference_r"].p for one in found])
    return {**_shares([one.verdict.level for one in found]), "own_p_below_0.05": float((own < 0.05).mean())}


def on_ratings(
    matrix: ScoreMatrix, ratings: Ratings, *, rated: int, draws: int, chosen: bool = False, seed: int = 0
) -> dict[str, Any]:
    """The verdict for ``rated`` models drawn at random, beside the regression's correlation with the ratings of those
    that were not drawn.

    On all items, or on the candidate ``chosen`` on the ratings, with the choice counted.
    """
    rng = np.random.default_rng((seed, rated, chosen))
    rows = matrix.rows(ratings.models)
    unseen: dict[str, list[float]] = defaultdict(list)
    levels: list[str] = []
    for _ in range(draws):
        order = rng.permutation(ratings.n_models)
        mine, others = np.sort(order[:rated]), order[rated:]
        part, known = matrix.of_models(rows[mine]), ratings.of_models(mine.tolist())
        extra: dict[str, Any] = {"matrix": part, "candidates": CANDIDATES if chosen else ()}
        subject = _best(part, known) if chosen else _whole(part, np.arange(rated))
        level = assess(subject, known, rng=rng, n_permutations=2000, **extra).verdict.level
        levels.append(level)
        if len(others) > 3:
            x, y = matrix.filled[rows][:, matrix.columns(subject.items)], ratings.mean
            predicted = fit_predict(x @ x.T, y[:, None], mine).predictions[:, 0]
            unseen[level].append(float(np.nan_to_num(pearson(predicted[others], y[others]))))
    return {**_shares(levels), "r_on_unseen_models": {level: float(np.mean(v)) for level, v in unseen.items()}}


def _shares(levels: Sequence[str]) -> dict[str, float]:
    counts = Counter(levels)
    return {level: counts[level] / len(levels) for level in LEVELS} | {"n": len(levels)}


def _whole(matrix: ScoreMatrix, rows: IntArray) -> Subject:
    return Subject(matrix.items, "all items", matrix.filled[rows], matrix.full_scores[rows])


def _best(matrix: ScoreMatrix, ratings: Ratings) -> Subject:
    """What a paper that searched would take."""
    everyone = np.arange(matrix.n_models)
    y: FloatArray = ratings.mean[:, None]
    pairs = pairs_of(matrix.n_models)[:1]
    lomo = [float(statistics(g, y, pairs).lomo_paper[0]) for g in grams_of(matrix, everyone, everyone, CANDIDATES)]
    best = CANDIDATES[int(np.argmax(lomo))]
    chosen = method_row(best.method).method.path(Source.of(matrix), [best.n], seed=best.seed)[best.n]
    x = matrix.filled[:, chosen.items]
    return Subject(tuple(matrix.items[i] for i in chosen.items), best.method, x, chosen.estimate(x))


def ratings_table(matrix: ScoreMatrix, ratings: Ratings) -> dict[str, Any]:
    """Few, more and all of the rated models."""
    found: dict[str, Any] = {}
    for rated, draws, chosen in ((7, 200, False), (12, 60, False), (ratings.n_models, 1, False), (7, 60, True)):
        name = f"{rated} models, {'chosen on the ratings' if chosen else 'all items'}"
        found[name] = on_ratings(matrix, ratings, rated=rated, draws=draws, chosen=chosen)
        print(name, found[name], flush=True)
    return found


def noise_table() -> dict[str, Any]:
    """Models × (all items, chosen on the ratings without and with the nested choice)."""
    found: dict[str, Any] = {}
    for n, fixed, searched in ((5, 2000, 300), (7, 2000, 300), (12, 300, 60), (25, 100, 0)):
        for name, simulations, chosen, nested in (
            ("fixed in advance", fixed, False, False),
            ("chosen on the ratings, choice counted", searched, True, True),
            ("chosen on the ratings, choice not known", searched, True, False),
        ):
            if not simulations:
                continue
            one = found[f"{n} models, {name}"] = on_noise(n, simulations, chosen=chosen, nested=nested)
            print(n, "models,", name, one, flush=True)
    return found
