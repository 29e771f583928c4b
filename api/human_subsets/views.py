"""From rows to what the dashboard shows."""

from api.db.tables import HumanSubsetFitRow, SubsetRow
from api.human_subsets.schemas import FitListed, FitState, SubsetListed
from contracts.rating import Dimension


def subset_listed(row: SubsetRow, latest: HumanSubsetFitRow | None) -> SubsetListed:
    return SubsetListed(
        id=row.id,
        label=row.label,
        sha256=row.sha256,
        uploaded_at=row.uploaded_at,
        method=row.method,
        n_items=row.n_items,
        n_models=row.n_models,
        latest_fit=None if latest is None else fit_listed(latest),
    )


def fit_listed(row: HumanSubsetFitRow) -> FitListed:
    return FitListed(
        id=row.id,
        state=FitState(row.state),
        by_itself=row.by_itself,
        dimension=Dimension(row.dimension),
        seed=row.seed,
        requested_at=row.requested_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        n_ratings=row.n_ratings,
        n_ratings_before_subset=row.n_ratings_before_subset,
        n_rated_models=row.n_rated_models,
        n_matched_models=row.n_matched_models,
        verdict=row.verdict,
        reason=row.reason,
    )
