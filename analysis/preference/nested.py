"""The choice of subset, size, method, α and seed repeated inside every fold, and the optimism that this removes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.preference.ridge import fit_predict
from analysis.preference.validation import Tested, pair_statistics, pairs_of, statistics, tested
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.methods import method_row
from analysis.subsets.source import Source


@dataclass(frozen=True)
class Candidate:
    """One way to have a subset."""

    method: str
    n: int
    seed: int


@dataclass(frozen=True)
class Nested:
    """``pair_accuracy`` and ``difference_r`` with everything chosen inside the folds, and of the candidate that
    looked best with all models at hand; ``optimism``: best minus nested.

    ``best``: that candidate; its ``best_lomo`` is what a paper that searched would print.
    """

    candidates: tuple[Candidate, ...]
    n_pairs: int
    pair_accuracy: Tested
    difference_r: Tested
    best: Candidate
    best_lomo: float
    best_pair_accuracy: float
    best_difference_r: float
    optimism_pair_accuracy: float
    optimism_difference_r: float


def nested_choice(
    matrix: ScoreMatrix,
    rows: IntArray,
    ratings: FloatArray,
    candidates: Sequence[Candidate],
    *,
    rng: np.random.Generator,
    n_permutations: int = 2000,
    most_pairs: int = 60,
) -> Nested:
    """``rows``: where the R rated models stand in the matrix; ``ratings``: R.

    For each held-out pair the subsets are chosen from source models without it, the candidate with the least
    leave-one-out error on the other rated models is taken, and the pair predicted. The same is done for permuted
    ratings.
    """
    r = len(rows)
    pairs = pairs_of(r, most_pairs, rng=rng)
    shuffles = rng.permuted(np.tile(np.arange(r), (n_permutations, 1)), axis=1)
    permuted = ratings[np.vstack([np.arange(r), shuffles])].T
    differences = np.empty((len(pairs), permuted.shape[1]))
    for q, pair in enumerate(pairs):
        rest = np.setdiff1d(np.arange(matrix.n_models), rows[pair])
        grams = grams_of(matrix, rest, rows, candidates)
        train = np.delete(np.arange(r), pair)
        least = np.full(permuted.shape[1], np.inf)
        for gram in grams:
            fitted = fit_predict(gram, permuted, train)
            better = fitted.loo_error < least
            least[better] = fitted.loo_error[better]
            differences[q, better] = (fitted.predictions[pair[0]] - fitted.predictions[pair[1]])[better]
    accuracy, difference = pair_statistics(differences, permuted, pairs)
    return _with_best(matrix, rows, ratings, candidates, pairs, accuracy, difference)


def _with_best(
    matrix: ScoreMatrix,
    rows: IntArray,
    ratings: FloatArray,
    candidates: Sequence[Candidate],
    pairs: IntArray,
    accuracy: FloatArray,
    difference: FloatArray,
) -> Nested:
    grams = grams_of(matrix, np.arange(matrix.n_models), rows, candidates)
    y = ratings[:, None]
    # What a paper that searched would print: the candidate whose own statistic is highest, judged as if it were alone.
    lomo = [float(statistics(gram, y, pairs[:1]).lomo_paper[0]) for gram in grams]
    best = int(np.argmax(lomo))
    alone = statistics(grams[best], y, pairs)
    nested_accuracy, nested_difference = tested(accuracy, exact=False), tested(difference, exact=False)
    return Nested(
        candidates=tuple(candidates),
        n_pairs=len(pairs),
        pair_accuracy=nested_accuracy,
        difference_r=nested_difference,
        best=candidates[best],
        best_lomo=lomo[best],
        best_pair_accuracy=float(alone.pair_accuracy[0]),
        best_difference_r=float(alone.difference_r[0]),
        optimism_pair_accuracy=float(alone.pair_accuracy[0]) - nested_accuracy.value,
        optimism_difference_r=float(alone.difference_r[0]) - nested_difference.value,
    )


def grams_of(
    matrix: ScoreMatrix, sources: IntArray, rows: IntArray, candidates: Sequence[Candidate]
) -> list[FloatArray]:
    """R × R Gram matrices of the rated models' scores on each candidate's items, chosen from the source models."""
    source = Source.of(matrix.of_models(sources))
    filled = matrix.filled[rows]
    by_candidate: dict[Candidate, FloatArray] = {}
    for method, seed in dict.fromkeys((c.method, c.seed) for c in candidates):
        mine = [c for c in candidates if (c.method, c.seed) == (method, seed)]
        fitted = method_row(method).method.path(source, [c.n for c in mine], seed=seed)
        for candidate in mine:
            x = filled[:, fitted[candidate.n].items]
            by_candidate[candidate] = x @ x.T
    return [by_candidate[c] for c in candidates]
