"""Assignments in the database, each with what is needed to draw it again."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.assignments.minimisation import METHOD, Cell, Decision, decide
from api.db.database import Database
from api.db.tables import AssignmentRow, ParticipantRow
from api.participants.schemas import Outcome
from contracts.base import ModelId, ScenarioId

_LOCK = 0x4541_5257_0001
_SEED_BITS = 31


async def assignment_of(session: AsyncSession, participant_id: str) -> AssignmentRow | None:
    return await session.scalar(select(AssignmentRow).where(AssignmentRow.participant_id == participant_id))


async def counts_of(session: AsyncSession, study_id: str) -> dict[Cell, int]:
    """Assignments per cell; those that ended in a technical failure leave their place to another."""
    query = (
        select(AssignmentRow.model_id, AssignmentRow.scenario_id, func.count())
        .join(ParticipantRow, ParticipantRow.id == AssignmentRow.participant_id)
        .where(
            AssignmentRow.study_id == study_id,
            or_(ParticipantRow.outcome.is_(None), ParticipantRow.outcome != Outcome.TECHNICAL_FAILURE),
        )
        .group_by(AssignmentRow.model_id, AssignmentRow.scenario_id)
    )
    return {(ModelId(model), ScenarioId(scenario)): n for model, scenario, n in await session.execute(query)}


async def assign(
    database: Database,
    session: AsyncSession,
    *,
    participant_id: str,
    study_id: str,
    models: Sequence[ModelId],
    scenarios: Sequence[ScenarioId],
    now: datetime,
) -> AssignmentRow:
    """Draw and store; one at a time, so that two who come together are counted."""
    await database.lock_all(session, _LOCK)
    counts = await counts_of(session, study_id)
    seed = secrets.randbits(_SEED_BITS)
    decision = decide(counts, models=models, scenarios=scenarios, seed=seed)
    row = AssignmentRow(
        participant_id=participant_id,
        study_id=study_id,
        model_id=decision.model_id,
        scenario_id=decision.scenario_id,
        seed=seed,
        decision={
            "method": METHOD,
            "models": list(models),
            "scenarios": list(scenarios),
            "counts": [[model, scenario, n] for (model, scenario), n in sorted(counts.items())],
            "tied": decision.tied,
        },
        decided_at=now,
    )
    session.add(row)
    await session.flush()
    return row


def replayed(decision: dict[str, Any], seed: int) -> Decision:
    """The same draw again from what was stored; raises `ValueError` for a method that is not this one."""
    if decision["method"] != METHOD:
        raise ValueError(f"method {decision['method']!r} is not known; allowed: {METHOD!r}")
    counts = {(ModelId(model), ScenarioId(scenario)): int(n) for model, scenario, n in decision["counts"]}
    return decide(counts, models=decision["models"], scenarios=decision["scenarios"], seed=seed)
