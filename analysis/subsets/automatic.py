"""The method chosen by how well it predicts source models that it did not see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray
from analysis.subsets.anchors import Anchors
from analysis.subsets.calibrated import HierarchicalAnchors
from analysis.subsets.method import Estimator, Method
from analysis.subsets.source import Source
from analysis.subsets.systematic import Systematic

CANDIDATES: Mapping[str, Method] = {
    "systematic": Systematic(),
    "anchor": Anchors(),
    "anchor-task-hierarchical": HierarchicalAnchors(),
}

_FEWEST_TO_CHOOSE = 4


def held_out_errors(
    method: Method, source: Source, sizes: Sequence[int], *, seed: int, n_groups: int
) -> dict[int, FloatArray]:
    """Estimate minus full score of each source model from a fit without it (and its group): for each size M values."""
    m = source.n_models
    groups = np.random.default_rng((seed, 17)).permutation(m) % min(n_groups, m)
    errors = {n: np.empty(m) for n in sizes}
    for g in range(min(n_groups, m)):
        out = np.flatnonzero(groups == g)
        fitted = method.path(source.of_models(np.flatnonzero(groups != g)), sizes, seed=seed)
        for n in sizes:
            scores = source.scores[np.ix_(out, fitted[n].items)]
            errors[n][out] = fitted[n].estimate(scores) - source.full[out]
    return errors


@dataclass(frozen=True)
class Automatic:
    """The candidate with the least held-out error on the source models; ties and doubts go to the first candidate.

    Everything happens inside the source models, so that models held out by a protocol stay unseen. Errors are centred
    (a common offset orders no models) and squared. Another candidate replaces the first only where its mean squared
    error is lower by more than ``doubt`` standard errors of the paired difference. ``n_groups``: leave-one-out up to
    that many models, groups of models beyond.
    """

    candidates: tuple[str, ...] = tuple(CANDIDATES)
    n_groups: int = 20
    doubt: float = 1.0

    def path(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, Estimator]:
        """The winner for each size, fitted on all source models."""
        chosen = self.choose(source, sizes, seed=seed)
        out: dict[int, Estimator] = {}
        for name in dict.fromkeys(chosen.values()):
            mine = [n for n in sizes if chosen[n] == name]
            out.update(CANDIDATES[name].path(source, mine, seed=seed))
        return out

    def choose(self, source: Source, sizes: Sequence[int], *, seed: int) -> dict[int, str]:
        """The winner's name for each size; the first candidate's where there are too few models to tell."""
        if source.n_models < _FEWEST_TO_CHOOSE:
            return dict.fromkeys(sizes, self.candidates[0])
        squared: dict[str, dict[int, FloatArray]] = {}
        for name in self.candidates:
            errors = held_out_errors(CANDIDATES[name], source, sizes, seed=seed, n_groups=self.n_groups)
            squared[name] = {n: (e - e.mean()) ** 2 for n, e in errors.items()}
        first = self.candidates[0]
        winners = {}
        for n in sizes:
            best, best_mean = first, squared[first][n].mean()
            for name in self.candidates[1:]:
                difference = squared[first][n] - squared[name][n]
                sure = difference.mean() > self.doubt * difference.std(ddof=1) / np.sqrt(len(difference))
                if sure and squared[name][n].mean() < best_mean:
                    best, best_mean = name, squared[name][n].mean()
            winners[n] = best
        return winners
