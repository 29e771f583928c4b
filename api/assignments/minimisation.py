"""Balanced assignment by minimisation over model x scenario: a pure function of counts and a seed.

After Taves (1974): the pair that leaves the least imbalance is taken, and a seeded draw settles ties. Imbalance is
compared cell first, then the model's total, then the scenario's, so that at any moment neither two cells nor two
models differ by more than one assignment.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.base import ModelId, ScenarioId

METHOD = "minimisation-1"

Cell = tuple[ModelId, ScenarioId]


@dataclass(frozen=True, slots=True)
class Decision:
    """A drawn cell, and how many were as good."""

    model_id: ModelId
    scenario_id: ScenarioId
    tied: int


def decide(
    counts: Mapping[Cell, int], *, models: Sequence[ModelId], scenarios: Sequence[ScenarioId], seed: int
) -> Decision:
    """The next cell; cells missing from ``counts`` are empty, and those of other models or scenarios do not count."""
    per_model = {model: sum(counts.get((model, scenario), 0) for scenario in scenarios) for model in models}
    per_scenario = {scenario: sum(counts.get((model, scenario), 0) for model in models) for scenario in scenarios}

    def imbalance(cell: Cell) -> tuple[int, int, int]:
        model, scenario = cell
        return counts.get(cell, 0), per_model[model], per_scenario[scenario]

    cells = [(model, scenario) for model in models for scenario in scenarios]
    least = min(map(imbalance, cells))
    tied = [cell for cell in cells if imbalance(cell) == least]
    model, scenario = random.Random(seed).choice(tied)
    return Decision(model, scenario, len(tied))
