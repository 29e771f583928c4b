"""A task is a function that the person wants called, with what they said for it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from local.model_server.brain.concepts import Profile
from local.model_server.brain.outcomes import Outcome
from local.model_server.brain.utterance import Utterance
from local.model_server.conversation import CallWish, Function, JsonValue


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the person about one parameter."""

    parameter: str
    text: str


Step = CallWish | Ask


@dataclass(slots=True)
class Task:
    profile: Profile
    heard: Utterance
    answers: dict[str, Utterance] = field(default_factory=dict)
    """By parameter: what the person said when asked for it."""
    corrected: dict[str, str] = field(default_factory=dict)
    """Folded name as heard -> the name that a listing or an error's candidates showed."""
    unfound: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Folded names that a lookup did not find, with the near misses it offered."""
    calls: list[CallWish] = field(default_factory=list)
    state: Literal["open", "done", "failed"] = "open"
    outcome: Outcome | None = None
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)
    output: JsonValue = None
    told: bool = False

    @property
    def function(self) -> Function:
        return self.profile.function

    def has_called(self, wish: CallWish) -> bool:
        return any(c.function == wish.function and dict(c.arguments) == dict(wish.arguments) for c in self.calls)
