"""Weighted k-means for several numbers of clusters at once (HUMANS paper, C.6.1, Eq. 17).

Equal rows are merged first, their weights added. Seeds come from one greedy k-means++ pass whose first k seeds serve
every smaller k. Lloyd's iterations settle on a weighted sample of rows, then on all rows; both keep Hamerly's
bounds, so that most rows are not compared with the centres again. Iterations end when the inertia falls by less than
``tolerance``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.arrays import FloatArray, IntArray, compiled
from analysis.subsets.patterns import distinct_rows

_Float32 = npt.NDArray[np.float32]
_TRIALS, _TRIALS_MANY_ROWS, _MANY_ROWS = 9, 6, 6000
_SAMPLE_PER_CLUSTER = 40
_SMALLEST_SAMPLE = 3000


@dataclass(frozen=True)
class Clustering:
    """``labels``: I cluster numbers; ``centres``: k × D; ``inertia``: Σ_i b_i ‖x_i − μ‖², the weights made to sum to
    1.
    """

    labels: IntArray
    centres: FloatArray
    inertia: float


def kmeans(
    points: npt.NDArray[np.floating],
    weights: FloatArray,
    sizes: Sequence[int],
    *,
    seed: int,
    max_iterations: int = 100,
    tolerance: float = 7e-4,
) -> Mapping[int, Clustering]:
    """A clustering of I × D points for each number of clusters; a size's result does not depend on the other sizes.

    ``tolerance``: relative fall of the inertia per iteration below which it has settled.
    """
    rows = np.ascontiguousarray(points, dtype=np.float32)
    distinct, where = distinct_rows(rows)
    mass: FloatArray = np.bincount(where, weights / weights.sum()).astype(np.float64)
    k_max = min(max(sizes), len(distinct))
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(distinct))
    # More trials find better seeds; with many rows Lloyd's iterations make up for fewer.
    uniforms = rng.random((k_max, _TRIALS if len(distinct) <= _MANY_ROWS else _TRIALS_MANY_ROWS))
    # A size's seeds must be the same whatever other sizes are asked for: the first k of a pass over its sample.
    seeds: dict[int, IntArray] = {}
    found = {}
    for k in sorted(sizes):
        k_here = min(k, len(distinct))
        take = _sample_size(k_here, len(distinct))
        sample = order[:take]
        part, part_mass = np.ascontiguousarray(distinct[sample]), mass[sample]
        if take not in seeds:
            largest = max(
                min(s, len(distinct)) for s in sizes if _sample_size(min(s, len(distinct)), len(distinct)) == take
            )
            chosen = np.empty(largest, dtype=np.int64)
            _seed(part, np.ascontiguousarray(part.T), part_mass, uniforms[:largest], chosen)
            seeds[take] = chosen
        centres = np.ascontiguousarray(part[seeds[take][:k_here]])
        if take < len(distinct):
            _lloyd(part, part_mass, centres, max_iterations, tolerance)
        labels, inertia = _lloyd(distinct, mass, centres, max_iterations, tolerance)
        found[k] = Clustering(labels.astype(np.int64)[where], centres.astype(np.float64), float(inertia))
    return found


def _sample_size(k: int, n_rows: int) -> int:
    size = max(_SMALLEST_SAMPLE, _SAMPLE_PER_CLUSTER * k)
    return size if size < 0.6 * n_rows else n_rows


@compiled
def _seed(x: _Float32, xt: _Float32, w: FloatArray, uniforms: FloatArray, chosen: IntArray) -> None:
    """Greedy k-means++: each seed is the best of a few drawn with probability ∝ weight × squared distance."""
    n, d = x.shape
    k, trials = uniforms.shape[0], uniforms.shape[1]
    nearest = np.full(n, np.float32(3e38))
    cumulative = np.empty(n)
    trial = np.empty((trials, n), dtype=np.float32)
    distance = np.empty(n, dtype=np.float32)
    for q in range(k):
        total = 0.0
        for i in range(n):
            total += w[i] * (1.0 if q == 0 else nearest[i])
            cumulative[i] = total
        best, best_left, best_item = 0, 1e300, 0
        for t in range(1 if q == 0 else trials):
            c = min(np.searchsorted(cumulative, uniforms[q, t] * total), n - 1)
            distance[:] = np.float32(0)
            for j in range(0, d - d % 4, 4):
                c0, c1, c2, c3 = x[c, j], x[c, j + 1], x[c, j + 2], x[c, j + 3]
                for i in range(n):
                    z0, z1, z2, z3 = xt[j, i] - c0, xt[j + 1, i] - c1, xt[j + 2, i] - c2, xt[j + 3, i] - c3
                    distance[i] += z0 * z0 + z1 * z1 + z2 * z2 + z3 * z3
            for j in range(d - d % 4, d):
                c0 = x[c, j]
                for i in range(n):
                    z0 = xt[j, i] - c0
                    distance[i] += z0 * z0
            left = 0.0
            for i in range(n):
                v = min(distance[i], nearest[i])
                trial[t, i] = v
                left += w[i] * v
            if left < best_left:
                best, best_left, best_item = t, left, c
        chosen[q] = best_item
        nearest[:] = trial[best]


@compiled
def _two_nearest(point: _Float32, centres_t: _Float32, scratch: _Float32) -> tuple[int, np.float32, np.float32]:
    """The nearest centre, its squared distance, and the second nearest's. centres_t: D × k; scratch: k."""
    d, k = centres_t.shape
    scratch[:] = np.float32(0)
    # Four dimensions at a time: the running sums travel to memory and back a quarter as often.
    for j in range(0, d - d % 4, 4):
        v0, v1, v2, v3 = point[j], point[j + 1], point[j + 2], point[j + 3]
        for c in range(k):
            z0, z1 = v0 - centres_t[j, c], v1 - centres_t[j + 1, c]
            z2, z3 = v2 - centres_t[j + 2, c], v3 - centres_t[j + 3, c]
            scratch[c] += z0 * z0 + z1 * z1 + z2 * z2 + z3 * z3
    for j in range(d - d % 4, d):
        v0 = point[j]
        for c in range(k):
            z0 = v0 - centres_t[j, c]
            scratch[c] += z0 * z0
    low = np.float32(3e38)
    for c in range(k):
        low = min(low, scratch[c])
    at = 0
    while scratch[at] != low:
        at += 1
    scratch[at] = np.float32(3e38)
    second = np.float32(3e38)
    for c in range(k):
        second = min(second, scratch[c])
    return at, low, second


@compiled
def _lloyd(
    x: _Float32, w: FloatArray, centres: _Float32, max_iterations: int, tolerance: float
) -> tuple[npt.NDArray[np.int32], float]:
    """Move ``centres`` (k × D) in place until the inertia settles; labels and inertia."""
    n, d = x.shape
    k = centres.shape[0]
    labels = np.empty(n, dtype=np.int32)
    upper = np.empty(n, dtype=np.float32)
    lower = np.empty(n, dtype=np.float32)
    scratch = np.empty(k, dtype=np.float32)
    sums = np.zeros((k, d))
    mass = np.zeros(k)
    half = np.empty(k, dtype=np.float32)
    moved = np.empty(k, dtype=np.float32)
    previous = 1e300
    centres_t = np.ascontiguousarray(centres.T)
    for i in range(n):
        a, low, second = _two_nearest(x[i], centres_t, scratch)
        labels[i], upper[i], lower[i] = a, np.sqrt(low), np.sqrt(second)
        mass[a] += w[i]
        for j in range(d):
            sums[a, j] += w[i] * x[i, j]
    for _ in range(max_iterations):
        most, next_most, mover = np.float32(0), np.float32(0), -1
        for c in range(k):
            step = 0.0
            if mass[c] > 1e-15:
                for j in range(d):
                    v = np.float32(sums[c, j] / mass[c])
                    z = v - centres[c, j]
                    step += z * z
                    centres[c, j] = v
            moved[c] = np.sqrt(step)
            if moved[c] > most:
                next_most, most, mover = most, moved[c], c
            elif moved[c] > next_most:
                next_most = moved[c]
        centres_t = np.ascontiguousarray(centres.T)
        if k > 1:
            for c in range(k):
                _, _, second = _two_nearest(centres[c], centres_t, scratch)
                half[c] = np.sqrt(second) * np.float32(0.5)
        else:
            half[0] = np.float32(3e38)
        changed = 0
        inertia = 0.0
        for i in range(n):
            a = labels[i]
            low = np.float32(0)
            for j in range(d):
                z = x[i, j] - centres[a, j]
                low += z * z
            tight = np.sqrt(low)
            bound = lower[i] - (next_most if a == mover else most)
            if tight > max(half[a], bound):
                b, low, second = _two_nearest(x[i], centres_t, scratch)
                bound = np.sqrt(second)
                if b != a:
                    changed += 1
                    labels[i] = b
                    mass[a] -= w[i]
                    mass[b] += w[i]
                    for j in range(d):
                        v = w[i] * x[i, j]
                        sums[a, j] -= v
                        sums[b, j] += v
            lower[i] = bound
            inertia += w[i] * low
        if changed == 0 or previous - inertia < tolerance * previous:
            break
        previous = inertia
    return labels, inertia
