"""The multidimensional two-parameter logistic model, fitted by variational EM (HUMANS paper, C.5.1).

    Y_im ~ Bernoulli(σ(α_iᵀ θ_m − β_i)),  θ_m ~ N(0, I_D),  (α_i, β_i) ~ N(μ, diag(u)⁻¹)

μ and u are estimated (u between 0.25 and 50); θ's scale is fixed, which the likelihood leaves open, because with a
free scale a model that fails everything makes the fit diverge. Posteriors are Gaussian; E σ(x) ≈ σ(E x / √(1 + π
var(x) / 8)). Items with equal responses share one set of parameters, exactly. Scores between 0 and 1 are taken as
expected responses.
"""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray, compiled
from analysis.errors import NotConvergedError
from analysis.subsets.patterns import distinct_rows


@dataclass(frozen=True)
class ItemParameters:
    """``discrimination`` α: I × D; ``difficulty`` β: I; ``ability`` θ of the source models: M × D."""

    discrimination: FloatArray
    difficulty: FloatArray
    ability: FloatArray

    def probabilities(self, ability: FloatArray) -> FloatArray:
        """K × D abilities → K × I probabilities."""
        return sigmoid(ability @ self.discrimination.T - self.difficulty)


def sigmoid(x: FloatArray) -> FloatArray:
    """1 / (1 + e⁻ˣ), no overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -30.0, 30.0))))


def binarised(scores: FloatArray, task: IntArray) -> tuple[FloatArray, FloatArray]:
    """0/1 responses and each task's threshold c: as many scores ≥ c as the scores' sum (C.5.1).

    scores: M × I; thresholds: T. A task whose scores are all 0 or 1 keeps them.
    """
    thresholds = np.full(int(task.max()) + 1, 1.0)
    out = np.empty_like(scores)
    for t in range(len(thresholds)):
        members = np.flatnonzero(task == t)
        if not len(members):
            continue
        values = scores[:, members]
        levels = np.unique(values)
        if set(levels.tolist()) <= {0.0, 1.0}:
            out[:, members] = values
            continue
        at_least = values.size - np.searchsorted(np.sort(values, axis=None), levels)
        thresholds[t] = levels[np.abs(at_least - values.sum()).argmin()]
        out[:, members] = values >= thresholds[t]
    return out, thresholds


def fit_item_response(
    responses: FloatArray, dimensions: int = 5, *, max_iterations: int = 40, tolerance: float = 5e-4
) -> ItemParameters:
    """Parameters from M × I responses in [0, 1]. Deterministic: the start is spectral.

    ``tolerance``: change of the mean log-likelihood per response at which it has settled.
    """
    m = len(responses)
    d = min(dimensions, m - 1)
    if d < 1:
        raise NotConvergedError("an item response model needs at least 2 source models")
    y, where = distinct_rows(np.ascontiguousarray(responses.T))
    distinct, count = np.ascontiguousarray(y.T), np.bincount(where).astype(np.float64)
    ability, means = _spectral_start(distinct, count, d, responses.mean(axis=1))
    mean, precision = np.r_[np.zeros(d), count @ means[:, d] / count.sum()], np.r_[np.full(d, 2.0), 0.4]
    covariance = np.repeat(np.diag(1.0 / precision)[None], len(y), axis=0)
    spread = np.repeat(np.eye(d)[None] * 0.05, m, axis=0)
    previous, step = -np.inf, 0.0
    for iteration in range(max_iterations):
        for _ in range(2 if iteration < 3 else 1):
            _update_items(y, means, covariance, ability, spread, mean, precision)
        mean, precision = _hyperparameters(means, covariance, count)
        for _ in range(2 if iteration < 3 else 1):
            likelihood = _update_abilities(y, means, covariance, ability, spread, count)
        # Where zero stands on the ability scale is free: moving both sides changes no probability.
        centre = ability.mean(axis=0)
        means[:, d] -= means[:, :d] @ centre
        ability -= centre
        mean, precision = _hyperparameters(means, covariance, count)
        step = abs(likelihood - previous)
        if iteration > 3 and step < tolerance:
            break
        previous = likelihood
    if not (np.isfinite(means).all() and np.isfinite(ability).all()) or step > 0.05:
        raise NotConvergedError(f"the item response model moved by {step:.3g} in its last iteration")
    return ItemParameters(means[where, :d], means[where, d], ability)


def _spectral_start(
    distinct: FloatArray, count: FloatArray, d: int, model_means: FloatArray
) -> tuple[FloatArray, FloatArray]:
    m = len(distinct)
    p = (distinct.sum(axis=0) + 0.5) / (m + 1)
    z = (distinct - p) / np.sqrt(p * (1 - p))
    _, vectors = np.linalg.eigh((z * count) @ z.T)
    ability = vectors[:, ::-1][:, :d] * np.sqrt(m)
    ability -= ability.mean(axis=0)
    ability /= np.maximum(ability.std(axis=0), 1e-9)
    sign = np.sign(ability.T @ (model_means - model_means.mean()))
    ability *= np.where(sign == 0, 1.0, sign)
    means = np.zeros((distinct.shape[1], d + 1))
    means[:, d] = -np.log(p / (1 - p))
    return np.ascontiguousarray(ability), means


def _hyperparameters(means: FloatArray, covariance: FloatArray, count: FloatArray) -> tuple[FloatArray, FloatArray]:
    total = count.sum()
    mean = count @ means / total
    squares = count @ ((means - mean) ** 2 + np.diagonal(covariance, axis1=1, axis2=2))
    return mean, np.clip(total / (squares + 1.0), 0.25, 50.0)


@compiled
def _inverse_in_place(a: FloatArray, scratch: FloatArray) -> None:
    """Replace a symmetric positive definite matrix, given in its lower half, by its inverse, through its Cholesky
    factor.
    """
    k = a.shape[0]
    for i in range(k):
        for j in range(i + 1):
            s = a[i, j]
            for p in range(j):
                s -= scratch[i, p] * scratch[j, p]
            if i == j:
                scratch[i, i] = np.sqrt(max(s, 1e-12))
            else:
                scratch[i, j] = s / scratch[j, j]
    for i in range(k):
        scratch[i, i] = 1.0 / scratch[i, i]
        for j in range(i):
            s = 0.0
            for p in range(j, i):
                s -= scratch[i, p] * scratch[p, j]
            scratch[i, j] = s * scratch[i, i]
    for i in range(k):
        for j in range(i + 1):
            s = 0.0
            for p in range(i, k):
                s += scratch[p, i] * scratch[p, j]
            a[i, j] = s
            a[j, i] = s


def _moments(
    means: FloatArray, covariance: FloatArray, ability: FloatArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean and variance of αᵀθ − β under the posteriors, I × M each, and E ααᵀ packed, I × D (D + 1) / 2."""
    d = ability.shape[1]
    rows, columns = np.tril_indices(d)
    both = np.where(rows == columns, 1.0, 2.0)
    inner = covariance[:, rows, columns]
    second = means[:, rows] * means[:, columns] + inner
    variance = (
        second @ (both * spread[:, rows, columns]).T
        + inner @ (both * ability[:, rows] * ability[:, columns]).T
        - 2.0 * covariance[:, d, :d] @ ability.T
        + covariance[:, d, d, None]
    )
    return means[:, :d] @ ability.T - means[:, d, None], variance, second


@compiled
def _respond(y: FloatArray, mean: FloatArray, variance: FloatArray, count: FloatArray) -> float:
    """Turn I × M means and variances of the logit, in place, into residuals y − p and weights; Σ count · likelihood."""
    likelihood = 0.0
    for i in range(y.shape[0]):
        for k in range(y.shape[1]):
            kappa = 1.0 / np.sqrt(1.0 + variance[i, k] * np.pi / 8)
            p = 1.0 / (1.0 + np.exp(-min(max(kappa * mean[i, k], -30.0), 30.0)))
            if y[i, k] > 0.0:
                likelihood += count[i] * y[i, k] * np.log(p)
            if y[i, k] < 1.0:
                likelihood += count[i] * (1.0 - y[i, k]) * np.log(1.0 - p)
            mean[i, k] = y[i, k] - p
            variance[i, k] = max(kappa * p * (1.0 - p), 1e-5)
    return likelihood


def _update_items(
    y: FloatArray,
    means: FloatArray,
    covariance: FloatArray,
    ability: FloatArray,
    spread: FloatArray,
    prior_mean: FloatArray,
    prior_precision: FloatArray,
) -> None:
    """One Newton step on every item's (α, β), in place. y: I × M; means: I × (D + 1); covariance: I × (D + 1)²."""
    m, d = ability.shape
    residual, weight, _ = _moments(means, covariance, ability, spread)
    _respond(y, residual, weight, np.ones(len(y)))
    x = np.c_[ability, np.full(m, -1.0)]
    second = x[:, :, None] * x[:, None, :]
    second[:, :d, :d] += spread
    smeared = np.zeros((len(y), d + 1))
    smeared[:, :d] = ((weight @ spread.reshape(m, -1)).reshape(-1, d, d) @ means[:, :d, None])[..., 0]
    gradient = residual @ x - smeared - (means - prior_mean) * prior_precision
    _step(
        (weight @ second.reshape(m, -1)).reshape(-1, d + 1, d + 1) + np.diag(prior_precision),
        gradient,
        means,
        covariance,
        2.0,
    )


def _update_abilities(
    y: FloatArray, means: FloatArray, covariance: FloatArray, ability: FloatArray, spread: FloatArray, count: FloatArray
) -> float:
    """One Newton step on every model's θ, in place; the mean log-likelihood before it."""
    m, d = ability.shape
    residual, weight, second = _moments(means, covariance, ability, spread)
    likelihood = _respond(y, residual, weight, count)
    residual *= count[:, None]
    weight *= count[:, None]
    inner = (weight.T @ np.ascontiguousarray(covariance[:, :d, :d]).reshape(-1, d * d)).reshape(m, d, d)
    pulled = (inner @ ability[..., None])[..., 0]
    gradient = residual.T @ means[:, :d] + weight.T @ covariance[:, :d, d] - pulled - ability
    hessian = np.empty((m, d, d))
    rows, columns = np.tril_indices(d)
    hessian[:, rows, columns] = weight.T @ second + (rows == columns)
    _step(hessian, gradient, ability, spread, 1.0)
    return likelihood / float(count.sum() * m)


@compiled
def _step(hessian: FloatArray, gradient: FloatArray, position: FloatArray, covariance: FloatArray, most: float) -> None:
    """Newton steps no longer than ``most``: R × K positions and their R × K × K covariances, in place.

    ``hessian``: R × K × K, of which the lower halves are read; spent afterwards.
    """
    k = position.shape[1]
    scratch = np.zeros((k, k))
    step = np.empty(k)
    for r in range(len(position)):
        inverse = hessian[r]
        _inverse_in_place(inverse, scratch)
        length = 0.0
        for a in range(k):
            s = 0.0
            for b in range(k):
                s += inverse[a, b] * gradient[r, b]
                covariance[r, a, b] = inverse[a, b]
            step[a] = s
            length += s * s
        shrink = min(1.0, most / max(np.sqrt(length), 1e-9))
        for a in range(k):
            position[r, a] += shrink * step[a]


def fit_abilities(
    responses: FloatArray,
    discrimination: FloatArray,
    difficulty: FloatArray,
    *,
    prior_precision: float = 0.0,
    max_iterations: int = 100,
) -> FloatArray:
    """θ of K models from K × n responses (NaN where missing): maximum likelihood (Eq. 13), or MAP under N(0,
    1/precision).

    Newton's method from θ = 0, ended at a gradient of 1e-5. Where the likelihood has no maximum, because a model
    answered in a way that a direction separates, θ grows until the gradient is that small.
    """
    seen = ~np.isnan(responses)
    ability = np.zeros((len(responses), discrimination.shape[1]))
    _climb(np.where(seen, responses, 0.0), seen, discrimination, difficulty, prior_precision, max_iterations, ability)
    return ability


@compiled
def _climb(
    y: FloatArray,
    seen: BoolArray,
    discrimination: FloatArray,
    difficulty: FloatArray,
    prior_precision: float,
    max_iterations: int,
    ability: FloatArray,
) -> None:
    """Newton steps on every θ, in place. y, seen: K × n; ability: K × D."""
    n, d = discrimination.shape
    gradient = np.empty(d)
    inverse = np.empty((d, d))
    scratch = np.zeros((d, d))
    for k in range(len(y)):
        for _ in range(max_iterations):
            for a in range(d):
                gradient[a] = -prior_precision * ability[k, a]
                for b in range(d):
                    inverse[a, b] = prior_precision + 1e-8 if a == b else 0.0
            for i in range(n):
                if seen[k, i]:
                    eta = -difficulty[i]
                    for a in range(d):
                        eta += ability[k, a] * discrimination[i, a]
                    p = 1.0 / (1.0 + np.exp(-min(max(eta, -30.0), 30.0)))
                    error, weight = y[k, i] - p, p * (1.0 - p)
                    for a in range(d):
                        gradient[a] += error * discrimination[i, a]
                        for b in range(a + 1):
                            inverse[a, b] += weight * discrimination[i, a] * discrimination[i, b]
            if np.abs(gradient).max() < 1e-5:
                break
            _inverse_in_place(inverse, scratch)
            step = inverse @ gradient
            ability[k] += step * min(1.0, 2.0 / max(np.sqrt((step**2).sum()), 1e-9))
