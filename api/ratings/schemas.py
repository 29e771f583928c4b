"""What the rating page shows and sends."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.rating import Dimension, Score


class AnchorShown(BaseModel):
    model_config = ConfigDict(frozen=True)

    score: int
    label: str
    description: str


class DimensionShown(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: Dimension
    title: str
    question: str
    anchors: list[AnchorShown]
    """Six, from 1 to 6."""


class RatingDraft(BaseModel):
    """What is filled in so far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scores: dict[Dimension, Score]
    feedback: str = Field(max_length=5000)


class RatingDraftSent(BaseModel):
    """A draft may be partial: what is not sent is kept as it was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scores: dict[Dimension, Score] | None = None
    feedback: str | None = Field(default=None, max_length=5000)


class RatingSent(BaseModel):
    """A whole rating; the feedback says something."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scores: dict[Dimension, Score]
    feedback: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
