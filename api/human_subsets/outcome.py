"""What came of a computation, as the database keeps it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from api.context import Context
from api.db.tables import HumanSubsetFitRow
from api.human_subsets import job
from api.human_subsets.schemas import FitState
from contracts.human_fit import Failed, Fitted, JobAnswer, Refused, SubsetChecked


@dataclass(frozen=True, slots=True)
class Outcome:
    """Columns of a fit's row."""

    state: FitState
    finished_at: datetime
    n_rated_models: int | None = None
    n_matched_models: int | None = None
    verdict: str | None = None
    reason: str | None = None
    human_subset: str | None = None


def outcome_of(answer: JobAnswer, fit: HumanSubsetFitRow, context: Context) -> Outcome:
    """``fit``: as it was when the computation started. Takes a while for a large subset."""
    now = context.clock()
    match answer:
        case Fitted():
            file = json.loads(answer.human_subset) | {"fit": _made_from(fit, context, now)}
            return Outcome(
                state=FitState.DONE,
                finished_at=now,
                n_rated_models=answer.n_rated_models,
                n_matched_models=answer.n_matched_models,
                verdict=str(file["verdict"]["level"]),
                human_subset=json.dumps(file, allow_nan=False),
            )
        case Refused():
            return Outcome(
                state=FitState.REFUSED,
                finished_at=now,
                n_rated_models=answer.n_rated_models,
                n_matched_models=answer.n_matched_models,
                reason=answer.reason,
            )
        case Failed():
            return Outcome(state=FitState.FAILED, finished_at=now, reason=answer.reason)
        case SubsetChecked():
            # The answer to another question.
            return Outcome(state=FitState.FAILED, finished_at=now, reason=job.BROKE_OFF)
        case _:
            assert_never(answer)


def _made_from(fit: HumanSubsetFitRow, context: Context, now: datetime) -> dict[str, Any]:
    return {
        "study": context.study.id,
        "study_version": context.study.version,
        "dimension": fit.dimension,
        "seed": fit.seed,
        "n_ratings": fit.n_ratings,
        "n_ratings_before_subset": fit.n_ratings_before_subset,
        "ratings_sha256": fit.ratings_sha256,
        "computed_at": now.isoformat(),
    }
