"""Asking for human weights, showing and handing out what came of it."""

import asyncio
import secrets
from http import HTTPStatus

from api.context import Context
from api.db.tables import HumanSubsetFitRow
from api.human_subsets import repository
from api.human_subsets.schemas import FitList, FitListed, FitSent, FitShown, FitState, HumanSubsetShown
from api.human_subsets.views import fit_listed, subset_listed
from api.problems import ApiError

_ID_BYTES = 16


def queued(context: Context, subset_id: str, sent: FitSent, *, by_itself: bool) -> HumanSubsetFitRow:
    """A fit that waits for its turn."""
    return HumanSubsetFitRow(
        id=secrets.token_hex(_ID_BYTES),
        subset_id=subset_id,
        state=FitState.QUEUED,
        by_itself=by_itself,
        dimension=sent.dimension,
        seed=sent.seed,
        requested_at=context.clock(),
        started_at=None,
        finished_at=None,
        ratings_sha256=None,
        n_ratings=None,
        n_ratings_before_subset=None,
        n_rated_models=None,
        n_matched_models=None,
        verdict=None,
        reason=None,
        human_subset=None,
    )


async def ask(context: Context, subset_id: str, sent: FitSent, *, by_itself: bool) -> FitListed:
    """Queue one; asking again while it waits or runs gives the same one. Raises `NotFoundError`."""
    async with context.database.writing() as session:
        await repository.subset(session, subset_id, lock=True)
        found = await repository.open_fit(session, subset_id, dimension=sent.dimension, seed=sent.seed)
        if found is None:
            found = queued(context, subset_id, sent, by_itself=by_itself)
            session.add(found)
        return fit_listed(found)


async def listed(context: Context, subset_id: str) -> FitList:
    """The latest first."""
    async with context.database.reading() as session:
        await repository.subset(session, subset_id)
        return FitList(items=[fit_listed(row) for row in await repository.fits_of(session, subset_id)])


async def read(context: Context, subset_id: str, fit_id: str) -> FitShown:
    async with context.database.reading() as session:
        subset = await repository.subset(session, subset_id)
        row = await repository.fit(session, subset_id, fit_id)
        latest = await repository.latest_fit(session, subset_id)
        text = await repository.human_subset_text(session, fit_id)
    # Megabytes, for a large subset.
    result = None if text is None else await asyncio.to_thread(HumanSubsetShown.model_validate_json, text)
    return FitShown(subset=subset_listed(subset, latest), fit=fit_listed(row), result=result)


async def file_of(context: Context, subset_id: str, fit_id: str) -> str:
    """The finished human subset, whole, as JSON text."""
    async with context.database.reading() as session:
        row = await repository.fit(session, subset_id, fit_id)
        text = await repository.human_subset_text(session, fit_id)
    if text is None:
        raise ApiError(f"There is no file yet: the computation is {row.state}.", HTTPStatus.CONFLICT)
    return text
