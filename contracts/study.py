"""A study as one file."""

from pydantic import Field, field_validator

from contracts.base import Contract, ModelId, ScenarioId, StudyId
from contracts.turn_taking import PRESETS, TRUE_END_2025, TurnTaking


class Pay(Contract):
    """US dollars; shown to the participant before consent."""

    base_usd: float = Field(ge=0)
    per_minute_usd: float = Field(ge=0)
    task_completed_usd: float = Field(ge=0)
    feedback_usd: float = Field(ge=0)


class Consent(Contract):
    version: str
    title: str
    paragraphs: tuple[str, ...] = Field(min_length=1)


class CompletionCodes(Contract):
    """One per outcome."""

    completed: str
    no_consent: str
    technical_failure: str


class StudySpec(Contract):
    id: StudyId = Field(pattern=r"^[a-z0-9][a-z0-9\-]*$")
    version: str
    title: str
    contact: str
    conversation_s: float = Field(default=600, gt=0)
    models: tuple[ModelId, ...] = Field(min_length=1)
    scenarios: tuple[ScenarioId, ...] = Field(min_length=1)
    turn_taking: TurnTaking = TRUE_END_2025
    """In the file either the name of a preset or the settings one by one."""
    pay: Pay
    consent: Consent
    completion_codes: CompletionCodes

    @field_validator("turn_taking", mode="before")
    @classmethod
    def _preset_by_name(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if value not in PRESETS:
            raise ValueError(f"{value!r} is not a preset; allowed: {sorted(PRESETS)}")
        return PRESETS[value]
