"""What a participant says of a conversation."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.base import Contract


class Dimension(StrEnum):
    """The five rating dimensions (HUMANS paper, G.7)."""

    OVERALL_RECOMMENDATION = "overall_recommendation"
    UNDERSTANDING = "understanding"
    NATURALNESS = "naturalness"
    RESPONSE_QUALITY = "response_quality"
    TASK_EFFECTIVENESS = "task_effectiveness"


Score = Annotated[int, Field(ge=1, le=6)]


class Rating(Contract):
    """Each dimension on 1 to 6, and why."""

    scores: dict[Dimension, Score]
    feedback: str = Field(min_length=1, max_length=5000)

    @model_validator(mode="after")
    def _all_dimensions_are_rated(self) -> Self:
        if missing := sorted(set(Dimension) - set(self.scores)):
            raise ValueError(f"scores: not rated yet: {missing}")
        return self
