"""What the brain is told and what it answers, free of any provider's wire format."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

JsonValue = Any
"""Parsed JSON: providers put no bound on its shape."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message; ``audio`` holds the encoded waves (WAV) that came with it, in order."""

    role: Literal["system", "user", "assistant"]
    text: str
    audio: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Called:
    """A call that this program asked for earlier."""

    call_id: str
    function: str
    arguments: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Returned:
    """The result of a call; ``output`` is parsed where it was JSON."""

    call_id: str
    function: str
    output: JsonValue


Item = Said | Called | Returned


@dataclass(frozen=True, slots=True)
class Function:
    """A function offered to the program; ``parameters`` is JSON Schema (types in any case)."""

    name: str
    description: str
    parameters: Mapping[str, JsonValue]

    @property
    def properties(self) -> Mapping[str, Mapping[str, JsonValue]]:
        found = self.parameters.get("properties") or {}
        return found if isinstance(found, Mapping) else {}

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(self.parameters.get("required") or ())


@dataclass(frozen=True, slots=True)
class Conversation:
    """A request as the brain sees it. ``forced`` names a function that must be called, ``"*"`` any function."""

    items: tuple[Item, ...]
    functions: tuple[Function, ...] = ()
    may_call: bool = True
    forced: str | None = None
    parallel: bool = True

    def with_texts(self, texts: Mapping[int, str]) -> "Conversation":
        """The same conversation with the messages at these positions put into words."""
        items = tuple(
            replace(item, text=" ".join(filter(None, (item.text, texts[i]))), audio=())
            if isinstance(item, Said) and i in texts
            else item
            for i, item in enumerate(self.items)
        )
        return replace(self, items=items)


@dataclass(frozen=True, slots=True)
class CallWish:
    """A call the brain wants made."""

    function: str
    arguments: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Reply:
    """Either words or calls, never both."""

    text: str = ""
    calls: tuple[CallWish, ...] = ()
