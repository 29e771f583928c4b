"""What the exports' columns mean, as data."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ColumnMeaning(BaseModel):
    model_config = ConfigDict(frozen=True)

    file: str
    column: str
    type: Literal["text", "integer", "number", "boolean", "time", "json"]
    unit: str | None
    meaning: str


class Codebook(BaseModel):
    model_config = ConfigDict(frozen=True)

    columns: list[ColumnMeaning]
