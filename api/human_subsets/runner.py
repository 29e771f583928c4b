"""The one task that computes human weights: one fit at a time, each in a process of its own."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.context import Context
from api.db.tables import HumanSubsetFitRow
from api.human_subsets import fit_service, job, repository
from api.human_subsets.outcome import outcome_of
from api.human_subsets.schemas import FitSent, FitState
from api.problems import NotFoundError
from contracts.human_fit import FitAsked, JobAnswer
from contracts.rating import Dimension

log = structlog.get_logger(__name__)

Answering = Callable[[FitAsked], Awaitable[JobAnswer]]

TICK_S = 1.0
_LOOK_S = 30.0


class FitRunner:
    """Runs in one process only; what it knows stands in the database, so that another may take its place."""

    def __init__(self, context: Context, answer_to: Answering = job.answer_to) -> None:
        self._context = context
        self._answer_to = answer_to
        self._may_have_left_one_running = True
        self._looked_at: datetime | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.step()
            except (SQLAlchemyError, OSError):
                log.exception("Human weights could not be computed now; the runner tries again")
            await asyncio.sleep(TICK_S)

    async def step(self) -> None:
        """Once: ask where ratings have changed, then compute everything that waits."""
        if self._may_have_left_one_running:
            async with self._context.database.writing() as session:
                await repository.queue_interrupted(session)
        now = self._context.clock()
        if self._looked_at is None or now - self._looked_at >= timedelta(seconds=_LOOK_S):
            self._looked_at = now
            await self._ask_where_ratings_changed(now)
        # Stays so when the database goes away before it has the answer.
        self._may_have_left_one_running = True
        while await self._compute_next():
            pass
        self._may_have_left_one_running = False

    async def _ask_where_ratings_changed(self, now: datetime) -> None:
        """Not at each rating: the next fit waits until the last was asked for long enough ago."""
        interval_s = self._context.settings.fit_interval_s
        if interval_s == 0:
            return
        async with self._context.database.reading() as session:
            latest = await repository.latest_fits_by_dimension(session)
            settled = [row for row in latest if _is_over(row) and _age_s(row, now) >= interval_s]
            if not settled:
                return
            ratings = await repository.counted_ratings(session)
        for row in settled:
            if row.ratings_sha256 == ratings.sha256:
                continue
            sent = FitSent(dimension=Dimension(row.dimension), seed=row.seed)
            # Its subset may have been deleted since.
            with contextlib.suppress(NotFoundError):
                await fit_service.ask(self._context, row.subset_id, sent, by_itself=True)

    async def _compute_next(self) -> bool:
        """False when none waits."""
        context = self._context
        # Looked for each second, and found seldom: no writer is held up for that.
        async with context.database.reading() as session:
            if not await repository.has_queued_fit(session):
                return False
        async with context.database.writing() as session:
            row = await repository.next_queued(session)
            if row is None:
                return False
            ratings = await repository.counted_ratings(session)
            subset = await repository.subset(session, row.subset_id)
            text = await repository.subset_text(session, row.subset_id)
            row.state = FitState.RUNNING
            row.started_at = context.clock()
            row.ratings_sha256 = ratings.sha256
            row.n_ratings = len(ratings.records)
            row.n_ratings_before_subset = sum(at <= subset.uploaded_at for at in ratings.submitted_at)
        answer = await self._answer_to(
            FitAsked(
                subset=text,
                ratings=ratings.records,
                seed=row.seed,
                dimension=Dimension(row.dimension),
                time_limit_s=job.FIT_LIMIT_S,
            )
        )
        outcome = await asyncio.to_thread(outcome_of, answer, row, context)
        async with context.database.writing() as session:
            if await repository.finish(session, row, outcome):
                await repository.forget_superseded(session, row, outcome.state)
        log.info("A computation of human weights ended", fit=row.id, state=outcome.state)
        return True


def _is_over(row: HumanSubsetFitRow) -> bool:
    return row.state not in (FitState.QUEUED, FitState.RUNNING)


def _age_s(row: HumanSubsetFitRow, now: datetime) -> float:
    return (now - row.requested_at).total_seconds()
