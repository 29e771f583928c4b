"""A simulated service: typed state, tools that read and change it, and how its calls may fail."""

import hashlib
import json
from abc import ABC
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, JsonValue, ValidationError

from contracts.base import JsonObject
from contracts.scenario import ToolMode
from tools_sim.speech_text import closest, spoken_name
from tools_sim.toolbox import Tool, toolbox


class Refused(Exception):  # noqa: N818 - a tool's answer, caught at the domain's edge, not a fault
    """The call is refused; ``payload`` is what the model reads."""

    def __init__(self, payload: JsonValue) -> None:
        super().__init__(payload)
        self.payload = payload


def refusal(message: str) -> Refused:
    """The common shape of a refusal."""
    return Refused({"error": message})


class DomainState(BaseModel):
    """Everything a domain remembers. Nothing outside it may change what a tool answers, except the generator."""

    model_config = ConfigDict(extra="ignore")

    hidden: ClassVar[frozenset[str]] = frozenset()
    """Fields that work inside, such as a current folder, and are no part of what a task is judged by."""

    @classmethod
    def known_fields(cls) -> frozenset[str]:
        """Every name under which a configuration may set a field."""
        names: set[str] = set()
        for name, field in cls.model_fields.items():
            names.add(field.alias or name)
            if isinstance(field.validation_alias, AliasChoices):
                names |= {choice for choice in field.validation_alias.choices if isinstance(choice, str)}
        return frozenset(names)

    def public(self) -> dict[str, Any]:
        """What a task is judged by, in Python terms."""
        return self.model_dump(exclude=set(self.hidden), by_alias=True, warnings=False)

    def snapshot(self) -> JsonObject:
        """What a task is judged by, as a copy in JSON terms."""
        return self.model_dump(mode="json", exclude=set(self.hidden), by_alias=True, warnings=False)

    def digest(self) -> str:
        """Equal for equal states, hidden fields included, in any process."""
        text = json.dumps(
            self.model_dump(mode="json", by_alias=True, warnings=False),
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
        )
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


S = TypeVar("S", bound=DomainState)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call gave: the value the model reads, and whether it did what was asked."""

    value: JsonValue
    ok: bool


class Domain(ABC, Generic[S]):
    """One session's own instance of a simulated service; nothing in it is shared with another session."""

    state_type: ClassVar[type[DomainState]]
    recorded_seed: ClassVar[int] = 0
    """Of the generator behind the recorded behaviour; used in faithful mode."""

    def __init__(self, state: S, *, mode: ToolMode, rng: Random) -> None:
        self.state = state
        self.mode = mode
        self._rng = rng

    @classmethod
    def load(cls, config: JsonObject, *, long_context: bool = False, ragged: bool = False) -> Any:
        """The state a configuration describes; what it leaves out has the domain's defaults.

        Recorded configurations are ``ragged``: a field of another type is kept as it stands instead of refused.
        """
        if "long_context" in cls.state_type.model_fields:
            config = config | {"long_context": long_context}
        try:
            return cls.state_type.model_validate(config)
        except ValidationError as error:
            odd = {str(detail["loc"][0]) for detail in error.errors()}
            if not ragged:
                raise
        state = cls.state_type.model_validate({key: value for key, value in config.items() if key not in odd})
        for name, field in cls.state_type.model_fields.items():
            if (key := field.alias or name) in odd:
                setattr(state, name, config[key])
        return state

    @classmethod
    def tools(cls) -> Mapping[str, Tool]:
        return toolbox(cls)

    @property
    def forgiving(self) -> bool:
        return self.mode is ToolMode.VOICE

    def invoke(self, tool: Tool, arguments: JsonObject) -> Outcome:
        """Call a tool; a refusal, of the arguments too, is an outcome and never raises."""
        if self.forgiving and tool.supplied:
            arguments = arguments | {name: self.supply(name) for name in tool.supplied}
        try:
            checked = tool.arguments.model_validate(arguments, strict=not self.forgiving)
        except ValidationError as error:
            return Outcome({"error": _explain(tool, error)}, ok=False)
        values = {name: getattr(checked, name) for name in tool.arguments.model_fields}
        try:
            return Outcome(getattr(self, tool.method)(**values), ok=True)
        except Refused as refused:
            return Outcome(refused.payload, ok=False)
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            # Recorded configurations lack fields that tools rely on; a conversation goes on all the same.
            return Outcome({"error": f"Error during execution: {error}"}, ok=False)

    def supply(self, parameter: str) -> JsonValue:
        """What the session knows itself of a tool's parameters."""
        raise NotImplementedError(parameter)

    def match(self, wanted: str, known: Iterable[str]) -> str | None:
        """The known name that was meant: the exact one, and in voice mode the only one that folds to the same.

        What is merely near is not taken for granted but answered with candidates, see `unknown`.
        """
        names = list(known)
        if wanted in names or not self.forgiving:
            return wanted if wanted in names else None
        folded = spoken_name(wanted)
        alike = [name for name in names if spoken_name(name) == folded] if folded else []
        return alike[0] if len(alike) == 1 else None

    def choice(self, said: str, allowed: Sequence[str]) -> str:
        """One of a few fixed words as a tool spells it; what is none of them comes back as it was said."""
        return self.match(said, allowed) or said

    def unknown(self, message: str, wanted: str, known: Iterable[str]) -> Refused:
        """The refusal of a name nobody knows; in voice mode with the names that sound near it."""
        if self.forgiving and (near := closest(wanted, known)):
            return Refused({"error": message, "did_you_mean": list(near)})
        return refusal(message)


def _explain(tool: Tool, error: ValidationError) -> str:
    problems = "; ".join(
        f"{'.'.join(map(str, detail['loc'])) or 'arguments'}: {detail['msg']}" for detail in error.errors()
    )
    return f"{tool.name}: {problems}. Allowed arguments: {', '.join(_argument_names(tool)) or 'none'}."


def _argument_names(tool: Tool) -> list[str]:
    return [field.alias or name for name, field in tool.arguments.model_fields.items()]
