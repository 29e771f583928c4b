"""Assignment: balanced, replayable from what is stored, and one at a time."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from api.assignments.minimisation import Cell, decide
from api.assignments.repository import replayed
from api.db.tables import AssignmentRow
from contracts.base import ModelId, ScenarioId
from tests.api.house import MICROPHONE, House

pytestmark = pytest.mark.anyio

names = st.integers(1, 6)


def _draw(n: int, models: list[ModelId], scenarios: list[ScenarioId], seed: int) -> list[Counter[Cell]]:
    counts: Counter[Cell] = Counter()
    states = []
    for index in range(n):
        decision = decide(counts, models=models, scenarios=scenarios, seed=seed + index)
        counts[decision.model_id, decision.scenario_id] += 1
        states.append(counts.copy())
    return states


@given(names, names, st.integers(0, 2**31))
def test_at_every_moment_cells_and_models_differ_by_at_most_one(m: int, s: int, seed: int) -> None:
    models = [ModelId(f"m{i}") for i in range(m)]
    scenarios = [ScenarioId(f"s{i}") for i in range(s)]
    for counts in _draw(2 * m * s + 1, models, scenarios, seed):
        cells = [counts[model, scenario] for model in models for scenario in scenarios]
        totals = [sum(counts[model, scenario] for scenario in scenarios) for model in models]
        assert max(cells) - min(cells) <= 1
        assert max(totals) - min(totals) <= 1


@given(st.integers(0, 2**31))
def test_the_same_counts_and_seed_draw_the_same_cell(seed: int) -> None:
    models, scenarios = [ModelId("a"), ModelId("b")], [ScenarioId("x"), ScenarioId("y")]
    first = decide({}, models=models, scenarios=scenarios, seed=seed)
    assert decide({}, models=models, scenarios=scenarios, seed=seed) == first
    assert first.tied == 4


def test_ties_are_drawn_not_taken_in_order() -> None:
    models, scenarios = [ModelId("a"), ModelId("b")], [ScenarioId("x"), ScenarioId("y")]
    drawn = {decide({}, models=models, scenarios=scenarios, seed=seed).model_id for seed in range(50)}
    assert drawn == {"a", "b"}


async def test_participants_who_come_together_are_spread_evenly_and_each_draw_can_be_replayed(house: House) -> None:
    study = house.context.study
    cells = len(study.models) * len(study.scenarios)

    async def take_part() -> None:
        async with house.participant() as walker:
            await walker.to_microphone()
            await walker.step("/microphone", MICROPHONE)

    await asyncio.gather(*(take_part() for _ in range(cells)))
    async with house.context.database.reading() as session:
        rows = (await session.scalars(select(AssignmentRow))).all()
    assert Counter((row.model_id, row.scenario_id) for row in rows) == {
        (model, scenario): 1 for model in study.models for scenario in study.scenarios
    }
    for row in rows:
        decision = replayed(row.decision, row.seed)
        assert (decision.model_id, decision.scenario_id) == (row.model_id, row.scenario_id)


async def test_a_place_lost_to_a_technical_failure_is_given_to_another(small_house: House) -> None:
    study = small_house.context.study
    cells = len(study.models) * len(study.scenarios)
    async with small_house.participant() as failed:
        await failed.to_conversation()
        assert (await failed.step("/conversation/end"))["outcome"] == "technical_failure"
    for _ in range(cells):
        async with small_house.participant() as walker:
            await walker.to_scenario()
    async with small_house.context.database.reading() as session:
        rows = (await session.scalars(select(AssignmentRow).order_by(AssignmentRow.decided_at))).all()
    per_cell = Counter((row.model_id, row.scenario_id) for row in rows)
    assert sorted(per_cell.values()) == [1] * (cells - 1) + [2]
