"""Exact ridge regression for few models and any number of items: everything happens in the M × M Gram matrix.

With X (M × n) centred on the training rows, ridge with an unpenalised intercept predicts
ȳ + k(x)ᵀ (K + αI)⁻¹ (y − ȳ), K = XXᵀ. N regressions on N candidate subsets are solved at once.
"""

from typing import Literal

import numpy as np

from analysis.arrays import FloatArray, IntArray, compiled

CvScore = Literal["r2", "mse", "loo"]


# Items gathered at a time: with a dozen models they stay in the nearest cache.
_GATHERED = 256


@compiled
def _sum_outer_products(columns: FloatArray, candidates: IntArray, sizes: IntArray, out: FloatArray) -> None:
    """See :func:`grams`; columns: I × M, out: S × N × M × M."""
    m = columns.shape[1]
    gathered = np.empty((m, _GATHERED))
    acc = np.empty((m, m))
    for c in range(candidates.shape[0]):
        acc[:] = 0.0
        done = 0
        for s in range(len(sizes)):
            while done < sizes[s]:
                here = min(_GATHERED, sizes[s] - done)
                for k in range(here):
                    item = candidates[c, done + k]
                    for a in range(m):
                        gathered[a, k] = columns[item, a]
                for a in range(m):
                    _add_products(gathered, a, here, acc[a])
                done += here
            for a in range(m):
                for b in range(a, m):
                    out[s, c, a, b] = acc[a, b]
                    out[s, c, b, a] = acc[a, b]


@compiled
def _add_products(gathered: FloatArray, a: int, n: int, acc: FloatArray) -> None:
    """Row a of the Gram matrix of the first n gathered items, from its diagonal on, added to ``acc`` (M)."""
    m = gathered.shape[0]
    first = gathered[a]
    b = a
    # Four sums at a time, which share what they read of row a.
    while b + 3 < m:
        sum0, sum1, sum2, sum3 = 0.0, 0.0, 0.0, 0.0
        for k in range(n):
            v = first[k]
            sum0 += v * gathered[b, k]
            sum1 += v * gathered[b + 1, k]
            sum2 += v * gathered[b + 2, k]
            sum3 += v * gathered[b + 3, k]
        acc[b] += sum0
        acc[b + 1] += sum1
        acc[b + 2] += sum2
        acc[b + 3] += sum3
        b += 4
    while b < m:
        last = 0.0
        for k in range(n):
            last += first[k] * gathered[b, k]
        acc[b] += last
        b += 1


def grams(scores: FloatArray, candidates: IntArray, sizes: IntArray) -> FloatArray:
    """S_C S_Cᵀ over the first ``sizes[s]`` of each candidate's items: S × N × M × M.

    scores: M × I; candidates: N × n columns; sizes: S increasing.
    """
    out = np.empty((len(sizes), len(candidates), len(scores), len(scores)))
    _sum_outer_products(np.ascontiguousarray(scores.T), candidates, sizes, out)
    return out


def centred(gram: FloatArray, train: IntArray) -> FloatArray:
    """The Gram matrix of items centred on the mean of the training rows: N × M × M."""
    rows = gram[:, :, train].mean(axis=2, keepdims=True)
    grand = gram[:, train][:, :, train].mean(axis=(1, 2), keepdims=True)
    return np.asarray(gram - rows - rows.transpose(0, 2, 1) + grand)


def predict(gram: FloatArray, y: FloatArray, train: IntArray, test: IntArray, alpha: FloatArray) -> FloatArray:
    """Ridge predictions for the test rows: N × len(test). gram: N × M × M, alpha: N."""
    kernel = centred(gram, train)
    inner = kernel[:, train][:, :, train] + np.eye(len(train)) * alpha[:, None, None]
    mean = y[train].mean()
    dual = np.linalg.solve(inner, np.broadcast_to((y[train] - mean)[:, None], (len(gram), len(train), 1)))
    return np.asarray((kernel[:, test][:, :, train] @ dual)[..., 0] + mean)


def primal(features: FloatArray, y: FloatArray, alpha: float) -> tuple[FloatArray, float]:
    """Weights and bias of ridge on M × n features."""
    mean, centre = y.mean(), features.mean(axis=0)
    x = features - centre
    weights = x.T @ np.linalg.solve(x @ x.T + alpha * np.eye(len(y)), y - mean)
    return weights, float(mean - centre @ weights)


def fold_rows(n_rows: int, n_folds: int) -> list[IntArray]:
    """Consecutive folds as scikit-learn's unshuffled KFold cuts them."""
    sizes = np.full(n_folds, n_rows // n_folds)
    sizes[: n_rows % n_folds] += 1
    ends = np.cumsum(sizes)
    return [np.arange(end - size, end) for size, end in zip(sizes, ends, strict=True)]


def choose_alpha(
    gram: FloatArray, y: FloatArray, train: IntArray, alphas: FloatArray, *, score: CvScore, n_folds: int = 5
) -> FloatArray:
    """One α per candidate by cross-validation on the training rows: N values.

    "r2" is scikit-learn's ``RidgeCV(cv=5)``: the mean of the folds' R²; a fold with a single model has no R², and then,
    as there, the first α is taken; a fold of models with equal y counts 1 where it is met exactly, else 0. "mse" is the
    mean of the folds' squared errors; "loo" the closed-form leave-one-out.
    """
    n, m = len(gram), len(train)
    if score == "loo":
        return _alpha_by_loo(gram, y, train, alphas)
    folds = fold_rows(m, min(n_folds, m))
    if score == "r2" and (m < n_folds or min(len(fold) for fold in folds) < 2):
        return np.full(n, alphas[0])
    total = np.zeros((len(alphas), n))
    for fold in folds:
        rest, test = np.delete(train, fold), train[fold]
        kernel = centred(gram, rest)
        values, vectors = np.linalg.eigh(kernel[:, rest][:, :, rest])
        mean = y[rest].mean()
        rotated = np.einsum("nij,i->nj", vectors, y[rest] - mean)
        shrunk = rotated / (np.maximum(values, 0) + alphas[:, None, None])
        cross = kernel[:, test][:, :, rest] @ vectors
        # A × N × the fold's models.
        squared = ((cross @ shrunk[..., None])[..., 0] + mean - y[test]) ** 2
        if score == "mse":
            total -= squared.mean(axis=2)
        else:
            error, spread = squared.sum(axis=2), ((y[test] - y[test].mean()) ** 2).sum()
            total += 1 - error / spread if spread > 0 else error == 0
    return np.asarray(alphas[total.argmax(axis=0)])


def _alpha_by_loo(gram: FloatArray, y: FloatArray, train: IntArray, alphas: FloatArray) -> FloatArray:
    kernel = centred(gram, train)[:, train][:, :, train]
    m = len(train)
    values, vectors = np.linalg.eigh(kernel)
    rotated = np.einsum("nij,i->nj", vectors, y[train] - y[train].mean())
    best, chosen = np.full(len(gram), np.inf), np.full(len(gram), alphas[0])
    for alpha in alphas:
        inverse = 1.0 / (np.maximum(values, 0) + alpha)
        dual = np.einsum("nij,nj->ni", vectors, rotated * inverse)
        # The constant direction is fitted whole by the unpenalised intercept: it must not count as shrunk by alpha.
        diagonal = np.einsum("nij,nj->ni", vectors**2, inverse) - 1.0 / (m * alpha)
        error = ((dual / diagonal) ** 2).mean(axis=1)
        better = error < best - 1e-15
        best[better], chosen[better] = error[better], alpha
    return chosen
