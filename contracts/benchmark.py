"""What came out of asking one model one item of a benchmark."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.base import Contract, ModelId

NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ItemResult(Contract):
    """A score in [0, 1], 1 best, or the reason why there is none: a failure is never a zero."""

    model: ModelId
    item: str = Field(min_length=1)
    task: str = Field(min_length=1)
    score: Annotated[float, Field(ge=0, le=1)] | None
    failure: str | None = None
    seconds: NotNegative | None = None
    """Of audio that the item takes, in and out."""
    usd: NotNegative | None = None
    """What asking cost."""

    @model_validator(mode="after")
    def _scored_or_failed(self) -> Self:
        if (self.score is None) == (self.failure is None):
            raise ValueError("score, failure: exactly one of them; a failed item has no score, a scored one no failure")
        return self
