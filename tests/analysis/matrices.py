"""Small matrices for tests."""

import numpy as np

from analysis.scores.features import ItemFeatures
from analysis.scores.matrix import ScoreMatrix


def small_matrix(
    *, seed: int = 0, n_models: int = 12, n_items: int = 180, n_tasks: int = 5, binary: bool = False
) -> ScoreMatrix:
    """One ability, tasks of uneven size, items of uneven difficulty, and features of every kind."""
    rng = np.random.default_rng(seed)
    task = np.sort(rng.choice(n_tasks, n_items, p=np.arange(1, n_tasks + 1) / sum(range(1, n_tasks + 1))))
    task[:n_tasks] = np.arange(n_tasks)
    ability = rng.normal(0, 1, n_models)[:, None] + rng.normal(0, 0.4, (n_models, n_tasks))[:, task]
    p = 1 / (1 + np.exp(-(ability - rng.normal(0, 1, n_items))))
    scores = (rng.random(p.shape) < p).astype(float) if binary else rng.beta(5 * p + 0.1, 5 * (1 - p) + 0.1)
    features = ItemFeatures(
        semantic=rng.normal(0, 1, (n_items, 60)) + rng.normal(0, 2, (n_tasks, 60))[task],
        acoustic=rng.normal(0, 1, (n_items, 40)),
        metadata=(rng.random((n_items, 2)) < 0.5).astype(float),
        seconds=rng.uniform(2, 30, n_items),
    )
    return ScoreMatrix.of(scores, task=task, features=features)
