"""What the API asks of the process that computes human weights, and what that process answers."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from contracts.base import Contract, ModelId
from contracts.rating import Dimension, Score


class ScoredModel(Contract):
    """One rating, without a word of what the participant wrote."""

    model: ModelId
    scores: dict[Dimension, Score]


class SubsetCheckAsked(Contract):
    """Is this a subset that can be used?"""

    job: Literal["check"] = "check"
    subset: str
    """The uploaded file's text."""
    time_limit_s: int = Field(ge=1)


class FitAsked(Contract):
    """Human weights for a subset from a study's ratings."""

    job: Literal["fit"] = "fit"
    subset: str
    """The JSON text of a subset that was checked."""
    ratings: tuple[ScoredModel, ...]
    seed: int
    dimension: Dimension
    time_limit_s: int = Field(ge=1)
    """The process ends itself then, also when nobody is left to stop it."""


JobAsked = Annotated[SubsetCheckAsked | FitAsked, Field(discriminator="job")]
job_asked_adapter: TypeAdapter[JobAsked] = TypeAdapter(JobAsked)


class SubsetChecked(Contract):
    """It can be used; ``subset`` is its text in one canonical form."""

    answer: Literal["checked"] = "checked"
    subset: str
    method: str
    n_items: int
    n_models: int


class Fitted(Contract):
    """The finished human subset as the text of one JSON file."""

    answer: Literal["fitted"] = "fitted"
    human_subset: str
    n_rated_models: int
    n_matched_models: int


class Refused(Contract):
    """Too few rated models have scores on the subset's items."""

    answer: Literal["refused"] = "refused"
    reason: str
    n_rated_models: int
    n_matched_models: int


class Failed(Contract):
    """It cannot be done, and more ratings alone would not help."""

    answer: Literal["failed"] = "failed"
    reason: str


JobAnswer = Annotated[SubsetChecked | Fitted | Refused | Failed, Field(discriminator="answer")]
job_answer_adapter: TypeAdapter[JobAnswer] = TypeAdapter(JobAnswer)
