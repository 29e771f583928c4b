"""Task-balanced random samples (HUMANS paper, Section 3.2.1, C.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray, compiled
from analysis.subsets.linear import LinearEstimator
from analysis.subsets.source import Source

_BLOCK = 64


@compiled
def _distinct(
    uniforms: FloatArray, offsets: IntArray, counts: IntArray, chosen: IntArray, found: IntArray, stamp: IntArray
) -> None:
    """Turn each row's uniforms into draws and keep the new ones until the row has enough.

    uniforms: blocks × rows × 64; offsets, counts: where each task's items stand; chosen: rows × size, filled here;
    found: how many each row got; stamp: scratch of −1, one per item.
    """
    n_tasks = len(counts)
    for row in range(chosen.shape[0]):
        have = 0
        for block in range(uniforms.shape[0]):
            for k in range(uniforms.shape[2]):
                u = uniforms[block, row, k] * n_tasks
                t = int(u)
                cell = offsets[t] + min(int((u - t) * counts[t]), counts[t] - 1)
                if stamp[cell] != row:
                    stamp[cell] = row
                    chosen[row, have] = cell
                    have += 1
                    if have == chosen.shape[1]:
                        break
            if have == chosen.shape[1]:
                break
        found[row] = have


def balanced_draws(source: Source, n_draws: int, size: int, *, rng: np.random.Generator) -> IntArray:
    """``n_draws`` × ``size`` columns, each row drawn one after another without replacement with p_i ∝ b_i.

    Drawing a task, then an item of it, and rejecting repeats has exactly the law of successive sampling with those
    probabilities. The first k columns of a row do not depend on ``size``.
    """
    source.check_size(size)
    allowed = source.allowed
    task = source.task[allowed]
    order = allowed[np.argsort(task, kind="stable")]
    kept, counts = np.unique(task, return_counts=True)
    offsets = np.concatenate([[0], np.cumsum(counts)[:-1]])
    chosen = np.zeros((n_draws, size), dtype=np.int64)
    found = np.zeros(n_draws, dtype=np.int64)
    uniforms = rng.random((1 + int(1.2 * size) // _BLOCK, n_draws, _BLOCK))
    while True:
        _distinct(uniforms, offsets, counts, chosen, found, np.full(len(order), -1, dtype=np.int64))
        if found.min() == size:
            break
        if len(uniforms) * _BLOCK > 8 * size + 1024:
            _finish(chosen, found, task_of=np.repeat(np.arange(len(kept)), counts), rng=rng)
            break
        uniforms = np.concatenate([uniforms, rng.random((max(1, len(uniforms) // 2), n_draws, _BLOCK))])
    return np.asarray(order[chosen])


def _finish(chosen: IntArray, found: IntArray, *, task_of: IntArray, rng: np.random.Generator) -> None:
    """Fill up rows that ask for nearly everything, where rejection would take long: one exact draw for the rest."""
    counts = np.bincount(task_of)
    for row in range(len(chosen)):
        have = found[row]
        left = np.setdiff1d(np.arange(len(task_of)), chosen[row, :have])
        # The order of exponential waiting times with rates p_i is the order of successive sampling.
        waits = rng.exponential(size=len(left)) * counts[task_of[left]]
        chosen[row, have:] = left[np.argsort(waits)][: chosen.shape[1] - have]
        found[row] = chosen.shape[1]


@dataclass(frozen=True)
class RandomSampling:
    """Task-balanced random sampling: p_i = 1 / (T · |T_t|); the score is the plain mean of the items chosen."""

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, LinearEstimator]:
        """One sample for each size; smaller ones are beginnings of larger ones."""
        drawn = balanced_draws(source, 1, max(sizes), rng=np.random.default_rng(seed))[0]
        return {n: LinearEstimator.mean_of(source, drawn[:n]) for n in sizes}


def stratified_draw(source: Source, size: int, *, rng: np.random.Generator) -> IntArray:
    """``size`` columns spread evenly over tasks: the tasks in random order, round after round, an item of each."""
    source.check_size(size)
    queues: list[list[int]] = []
    for t in range(source.n_tasks):
        members = source.allowed[source.task[source.allowed] == t]
        if len(members):
            queues.append(rng.permutation(members).tolist())
    drawn: list[int] = []
    while len(drawn) < size:
        for q in rng.permutation(len(queues)):
            if queues[q] and len(drawn) < size:
                drawn.append(queues[q].pop())
    return np.array(drawn, dtype=np.int64)


def task_mean_weights(source: Source, items: IntArray) -> FloatArray:
    """n weights of the mean over the tasks present of the task means; they sum to 1."""
    counts = np.bincount(source.task[items], minlength=source.n_tasks)
    return np.asarray(1.0 / ((counts > 0).sum() * counts[source.task[items]]))
