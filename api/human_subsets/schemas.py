"""What the dashboard shows and sends of subsets and their human weights."""

from enum import StrEnum
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.rating import Dimension

InSubsetPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,40}$")]
InFitPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,40}$")]

LONGEST_LABEL = 120


class FitState(StrEnum):
    """``refused``: too few rated models so far; ``failed``: it cannot be done, or the computation broke off."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class FitSent(BaseModel):
    """``seed``: the same seed on the same ratings gives the same figures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dimension: Dimension = Dimension.OVERALL_RECOMMENDATION
    seed: int = Field(default=0, ge=0, le=2**31 - 1)


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class FitListed(Answer):
    id: str
    state: FitState
    by_itself: bool
    """Asked for by the server, because ratings had changed."""
    dimension: Dimension
    seed: int
    requested_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    n_ratings: int | None
    """How many ratings it was made from."""
    n_ratings_before_subset: int | None
    """How many of them were in when the subset was uploaded; the verdict takes it that none guided the choice."""
    n_rated_models: int | None
    n_matched_models: int | None
    """Rated models that have scores in the subset."""
    verdict: str | None
    reason: str | None
    """Why it was refused or failed."""


class SubsetListed(Answer):
    id: str
    label: str
    sha256: str
    uploaded_at: AwareDatetime
    method: str
    n_items: int
    n_models: int
    """Models whose scores the subset carries."""
    latest_fit: FitListed | None


class SubsetList(Answer):
    items: list[SubsetListed]


class SubsetAdded(Answer):
    """``known``: the same subset was there already."""

    known: bool
    subset: SubsetListed


class FitList(Answer):
    items: list[FitListed]


class FigureShown(Answer):
    """A value with its 95 % interval."""

    value: float
    low: float | None
    high: float | None


class StatisticShown(Answer):
    """A statistic beside what relabelled ratings give."""

    value: float
    null_mean: float
    null_low: float
    null_high: float
    p: float
    n_permutations: int
    exact: bool


class StatisticsShown(Answer):
    lomo_paper: StatisticShown
    lomo_strict: StatisticShown
    pair_accuracy: StatisticShown
    difference_r: StatisticShown


class PairsShown(Answer):
    """Share of held-out pairs in the right order."""

    n_pairs: int
    regression: FigureShown
    regression_p: float
    plain: FigureShown
    plain_p: float
    difference: FigureShown


class ReliabilityShown(Answer):
    value: float
    low: float
    high: float
    ceiling: float


class VerdictShown(Answer):
    level: Literal["not predictive", "suggestive", "predictive"]
    text: str


class ItemShown(Answer):
    item: str
    benchmark_weight: float
    human_weight: float


class RatedModelShown(Answer):
    """On the study's scale; the interval is None where one rating alone is known."""

    model: str
    rating: float
    rating_low: float | None
    rating_high: float | None
    n_ratings: float | None
    plain_score: float
    held_out_prediction: float


class NewModelShown(Answer):
    """A model that nobody rated, with its prediction interval."""

    model: str
    rating: float
    low: float
    high: float


class HumanSubsetShown(Answer):
    """What the page shows of a finished human subset; the download holds the whole."""

    items: list[ItemShown]
    benchmark_bias: float | None
    human_bias: float
    alpha: float
    n_models: int
    rating_scale: list[float]
    """Its two ends."""
    statistics: StatisticsShown
    pairs: PairsShown
    reliability: ReliabilityShown | None
    verdict: VerdictShown
    models: list[RatedModelShown]
    new_models: list[NewModelShown]
    unmatched: list[str]


class FitShown(Answer):
    subset: SubsetListed
    fit: FitListed
    result: HumanSubsetShown | None
    """None unless the fit is done."""
