"""Progress of a tool task, in words a participant understands."""

from pydantic import Field

from contracts.base import Contract


class StepReport(Contract):
    step_id: str
    label: str
    met: bool
    why: str
    """One sentence: what was seen, or what is still missing."""


class Violation(Contract):
    rule_id: str
    why: str
    call_id: str | None = None


class VerificationReport(Contract):
    """A verdict at one moment; ``progress`` = met steps / all steps, violations stand beside it."""

    steps: tuple[StepReport, ...]
    violations: tuple[Violation, ...] = ()
    progress: float = Field(ge=0, le=1)
    complete: bool
