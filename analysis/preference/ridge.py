"""Ridge regression of ratings on item scores for many rating vectors at once (HUMANS paper, Section 4.4).

For a training set and an α, predictions and leave-one-out residuals are linear in the ratings. The matrices are
formed once and applied to every permutation of the ratings.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray

ALPHAS = tuple(10.0**k for k in range(-4, 5))


@dataclass(frozen=True)
class Fitted:
    """``predictions``: R × P, every model by the regression on the training set; ``alpha``: P; ``loo_error``: P, the
    least leave-one-out mean squared error."""

    predictions: FloatArray
    alpha: FloatArray
    loo_error: FloatArray


def fit_predict(gram: FloatArray, ratings: FloatArray, train: IntArray, alphas: Sequence[float] = ALPHAS) -> Fitted:
    """Ridge with an unpenalised intercept, α by leave-one-out inside the training rows, for each column of ``ratings``.

    gram: R × R, XXᵀ of R models' item scores; ratings: R × P; train: rows to learn from.
    """
    m = len(train)
    rows = gram[:, train]
    centred = rows - rows[train].mean(axis=0) - rows.mean(axis=1, keepdims=True) + rows[train].mean()
    values, vectors = np.linalg.eigh(centred[train])
    values = np.maximum(values, 0.0)
    y = ratings[train]
    mean = y.mean(axis=0)
    rotated = vectors.T @ (y - mean)
    onward = centred @ vectors
    inverse = 1.0 / (values + np.asarray(alphas)[:, None])
    # The intercept fits the constant direction whole; without this term it would count as shrunk by alpha.
    diagonal = inverse @ (vectors**2).T - 1.0 / (m * np.asarray(alphas)[:, None])
    residuals = (vectors @ (rotated * inverse[:, :, None])) / diagonal[:, :, None]
    error = (residuals**2).mean(axis=1)
    best = error.argmin(axis=0)
    predictions = onward @ (rotated * inverse[best].T) + mean
    return Fitted(predictions, np.asarray(alphas)[best], error.min(axis=0))
