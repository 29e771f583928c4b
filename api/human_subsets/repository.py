"""Subsets and fits in the database, and the ratings that a fit is made from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.db.tables import ConversationRow, HumanSubsetFitRow, ParticipantRow, RatingRow, SubsetRow
from api.human_subsets.outcome import Outcome
from api.human_subsets.schemas import FitState
from api.problems import NotFoundError
from contracts.base import ModelId
from contracts.human_fit import ScoredModel

_OPEN = (FitState.QUEUED, FitState.RUNNING)
_MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class CountedRatings:
    """``submitted_at``: when each was handed in. ``sha256``: the same for the same scores of the same conversations."""

    records: tuple[ScoredModel, ...]
    submitted_at: tuple[datetime, ...]
    sha256: str


async def counted_ratings(session: AsyncSession) -> CountedRatings:
    """The scores of every rating that was handed in, but for participants who withdrew; never their words."""
    query = (
        select(ConversationRow.id, ConversationRow.model_id, RatingRow.scores, RatingRow.submitted_at)
        .join(RatingRow, RatingRow.conversation_id == ConversationRow.id)
        .join(ParticipantRow, ParticipantRow.id == ConversationRow.participant_id)
        .where(RatingRow.submitted_at.is_not(None), ParticipantRow.wrapped_key.is_not(None))
        .order_by(ConversationRow.created_at, ConversationRow.id)
    )
    rows = (await session.execute(query)).all()
    digest = hashlib.sha256(json.dumps([list(row[:3]) for row in rows], sort_keys=True).encode())
    return CountedRatings(
        records=tuple(ScoredModel(model=ModelId(model), scores=scores) for _, model, scores, _ in rows),
        submitted_at=tuple(at for *_, at in rows if at is not None),
        sha256=digest.hexdigest(),
    )


async def subset_by_hash(session: AsyncSession, sha256: str) -> SubsetRow | None:
    return await session.scalar(select(SubsetRow).where(SubsetRow.sha256 == sha256))


async def subsets(session: AsyncSession) -> Sequence[SubsetRow]:
    """The latest first."""
    query = select(SubsetRow).order_by(SubsetRow.uploaded_at.desc(), SubsetRow.id).limit(_MOST_LISTED)
    return (await session.scalars(query)).all()


async def subset(session: AsyncSession, subset_id: str, *, lock: bool = False) -> SubsetRow:
    """Raises `NotFoundError`."""
    query = select(SubsetRow).where(SubsetRow.id == subset_id)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFoundError
    return found


async def subset_text(session: AsyncSession, subset_id: str) -> str:
    return (await session.scalars(select(SubsetRow.content).where(SubsetRow.id == subset_id))).one()


async def latest_fit(session: AsyncSession, subset_id: str) -> HumanSubsetFitRow | None:
    return next(iter(await fits_of(session, subset_id)), None)


async def fits_of(session: AsyncSession, subset_id: str) -> Sequence[HumanSubsetFitRow]:
    """The latest first."""
    query = (
        select(HumanSubsetFitRow)
        .where(HumanSubsetFitRow.subset_id == subset_id)
        .order_by(HumanSubsetFitRow.requested_at.desc(), HumanSubsetFitRow.id)
        .limit(_MOST_LISTED)
    )
    return (await session.scalars(query)).all()


async def latest_fits(session: AsyncSession) -> Mapping[str, HumanSubsetFitRow]:
    """The latest of each subset that has one."""
    return {row.subset_id: row for row in await _fits_latest_last(session)}


async def latest_fits_by_dimension(session: AsyncSession) -> Sequence[HumanSubsetFitRow]:
    """The latest of each subset and rating dimension."""
    latest = {(row.subset_id, row.dimension): row for row in await _fits_latest_last(session)}
    return list(latest.values())


async def _fits_latest_last(session: AsyncSession) -> Sequence[HumanSubsetFitRow]:
    query = select(HumanSubsetFitRow).order_by(HumanSubsetFitRow.requested_at, HumanSubsetFitRow.id.desc())
    return (await session.scalars(query)).all()


async def fit(session: AsyncSession, subset_id: str, fit_id: str) -> HumanSubsetFitRow:
    """Raises `NotFoundError`."""
    query = select(HumanSubsetFitRow).where(HumanSubsetFitRow.id == fit_id, HumanSubsetFitRow.subset_id == subset_id)
    found = await session.scalar(query)
    if found is None:
        raise NotFoundError
    return found


async def human_subset_text(session: AsyncSession, fit_id: str) -> str | None:
    return (
        await session.scalars(select(HumanSubsetFitRow.human_subset).where(HumanSubsetFitRow.id == fit_id))
    ).one_or_none()


async def open_fit(session: AsyncSession, subset_id: str, *, dimension: str, seed: int) -> HumanSubsetFitRow | None:
    """One that waits or runs and would say the same."""
    query = select(HumanSubsetFitRow).where(
        HumanSubsetFitRow.subset_id == subset_id,
        HumanSubsetFitRow.state.in_(_OPEN),
        HumanSubsetFitRow.dimension == dimension,
        HumanSubsetFitRow.seed == seed,
    )
    return (await session.scalars(query.limit(1))).first()


async def has_running_fit(session: AsyncSession, subset_id: str) -> bool:
    query = select(HumanSubsetFitRow.id).where(
        HumanSubsetFitRow.subset_id == subset_id, HumanSubsetFitRow.state == FitState.RUNNING
    )
    return (await session.scalars(query.limit(1))).first() is not None


async def has_queued_fit(session: AsyncSession) -> bool:
    query = select(HumanSubsetFitRow.id).where(HumanSubsetFitRow.state == FitState.QUEUED)
    return (await session.scalars(query.limit(1))).first() is not None


async def next_queued(session: AsyncSession) -> HumanSubsetFitRow | None:
    """The one that has waited longest, locked."""
    query = (
        select(HumanSubsetFitRow)
        .where(HumanSubsetFitRow.state == FitState.QUEUED)
        .order_by(HumanSubsetFitRow.requested_at, HumanSubsetFitRow.id)
        .limit(1)
        .with_for_update()
    )
    return (await session.scalars(query)).first()


async def finish(session: AsyncSession, fit: HumanSubsetFitRow, outcome: Outcome) -> bool:
    """False, and nothing written, when it was deleted or queued again since ``fit`` was read."""
    finished = await session.scalars(
        update(HumanSubsetFitRow)
        .where(
            HumanSubsetFitRow.id == fit.id,
            HumanSubsetFitRow.state == FitState.RUNNING,
            HumanSubsetFitRow.started_at == fit.started_at,
        )
        .values(**asdict(outcome))
        .returning(HumanSubsetFitRow.id)
    )
    return finished.first() is not None


async def queue_interrupted(session: AsyncSession) -> None:
    """Whoever ran them is gone: they wait again."""
    await session.execute(
        update(HumanSubsetFitRow)
        .where(HumanSubsetFitRow.state == FitState.RUNNING)
        .values(state=FitState.QUEUED, started_at=None)
    )


async def forget_superseded(session: AsyncSession, by: HumanSubsetFitRow, state: FitState) -> None:
    """Earlier fits of the kind that the server asked for by itself, now that ``by`` has ended in this state.

    One that failed says nothing of the ratings: finished ones stay.
    """
    over = set(FitState) - set(_OPEN) - ({FitState.DONE} if state == FitState.FAILED else set())
    await session.execute(
        delete(HumanSubsetFitRow).where(
            HumanSubsetFitRow.subset_id == by.subset_id,
            HumanSubsetFitRow.dimension == by.dimension,
            HumanSubsetFitRow.by_itself,
            HumanSubsetFitRow.state.in_(over),
            HumanSubsetFitRow.requested_at < by.requested_at,
        )
    )


async def remove_subset(session: AsyncSession, subset_id: str) -> None:
    """With all its fits."""
    await session.execute(delete(HumanSubsetFitRow).where(HumanSubsetFitRow.subset_id == subset_id))
    await session.execute(delete(SubsetRow).where(SubsetRow.id == subset_id))
