"""What goes out of a study: a subset with both kinds of weights, and how far each may be trusted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.preference.assessment import Assessment, assess, to_json
from analysis.preference.nested import Candidate
from analysis.preference.ratings import Ratings
from analysis.preference.subjects import subject_of
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.subset import Subset
from contracts.base import ModelId
from contracts.rating import Dimension, Rating

FORMAT = "earwitness.human-subset/1"


@dataclass(frozen=True)
class HumanSubset:
    """A subset with benchmark weights and human weights; ``assessment`` says what the latter are worth.

    ``unmatched``: rated models without scores on the items, which took no part.
    """

    subset: Subset
    assessment: Assessment
    unmatched: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """One JSON file: items with both weights, bias, α, p, intervals, verdict, and a prediction for each new
        model.
        """
        whole = to_json(self.assessment)
        model = self.assessment.preference_model
        return {
            "format": FORMAT,
            "items": [
                {"item": item, "benchmark_weight": float(b), "human_weight": float(h)}
                for item, b, h in zip(self.subset.items, self.subset.weights, model.weights, strict=True)
            ],
            "benchmark_bias": self.subset.bias,
            "human_bias": model.bias,
            "alpha": model.alpha,
            "n_models": model.n_models,
            "rating_scale": list(model.scale),
            "statistics": whole["statistics"],
            "pairs": whole["pairs"],
            "nested": whole["nested"],
            "reliability": whole["reliability"],
            "verdict": whole["verdict"],
            "new_models": whole["new_models"],
            "preference_model": whole["preference_model"],
            "subset": self.subset.to_json(),
            "unmatched": list(self.unmatched),
        }


def human_subset(
    subset: Subset,
    records: Iterable[tuple[ModelId, Rating]],
    *,
    seed: int,
    dimension: Dimension = Dimension.OVERALL_RECOMMENDATION,
    matrix: ScoreMatrix | None = None,
    candidates: Sequence[Candidate] = (),
    n_permutations: int = 10_000,
) -> HumanSubset:
    """From a study's rating records to a subset with human weights.

    Models are matched by id with the subset's source models, or with ``matrix``, which also allows the nested choice
    among ``candidates``. Raises ``TooFewModelsError`` with the reason while fewer than five rated models have scores.
    """
    loaded = subject_of(subset, Ratings.of_records(records, dimension), matrix)
    found = assess(
        loaded.subject,
        loaded.ratings,
        matrix=matrix,
        candidates=candidates,
        rng=np.random.default_rng(seed),
        n_permutations=n_permutations,
    )
    return HumanSubset(subset, found, loaded.unmatched)
