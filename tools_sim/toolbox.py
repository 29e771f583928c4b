"""What a model reads of a tool, derived from one typed method and its docstring."""

import copy
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema, create_model
from pydantic.fields import FieldInfo

from contracts.base import JsonObject
from contracts.tool_call import ToolDefinition

Number = Annotated[int | float, WithJsonSchema({"type": "number"})]
"""A number as the caller wrote it: a whole one stays whole."""


@dataclass(frozen=True, slots=True)
class Supplied:
    """Marks a parameter that the session knows, such as a token: in voice mode nobody is asked for it."""


_MARK = "__earwitness_tool__"
_Method = TypeVar("_Method", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class _Mark:
    name: str
    writes: bool


@dataclass(frozen=True, slots=True)
class Tool:
    """One function a model may call: its schema, and the method behind it."""

    definition: ToolDefinition
    supplied: tuple[str, ...]
    """Parameters that the session fills in when people talk."""
    method: str
    arguments: type[BaseModel]
    writes: bool
    """Whether a call may change what the participant would see as changed."""

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def spoken_definition(self) -> ToolDefinition:
        """The definition without what the session fills in."""
        parameters = copy.deepcopy(self.definition.parameters)
        properties, required = parameters.get("properties"), parameters.get("required")
        for name in self.supplied:
            if isinstance(properties, dict):
                properties.pop(name, None)
            if isinstance(required, list) and name in required:
                required.remove(name)
        return self.definition.model_copy(update={"parameters": parameters})


def tool(*, name: str | None = None, writes: bool = False) -> Callable[[_Method], _Method]:
    """Offer a method as a tool. Its docstring is what the model reads: a summary, then ``Args:`` one line each."""

    def mark(method: _Method) -> _Method:
        setattr(method, _MARK, _Mark(name=name or method.__name__, writes=writes))
        return method

    return mark


@cache
def toolbox(owner: type) -> Mapping[str, Tool]:
    """All tools of a class by name, in the order of their definition."""
    tools = {}
    for base in reversed(owner.__mro__):
        for attribute, method in vars(base).items():
            if (mark := getattr(method, _MARK, None)) is not None:
                tools[mark.name] = _derive(method, attribute, mark)
    return tools


def _derive(method: Callable[..., Any], attribute: str, mark: _Mark) -> Tool:
    summary, described = _read_docstring(method)
    hints = get_type_hints(method, include_extras=True)
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(method).parameters.values())[1:]:
        if parameter.name not in described:
            raise TypeError(f"{method.__qualname__}: the docstring does not describe {parameter.name!r}")
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        field: FieldInfo = Field(default, description=described[parameter.name])
        fields[parameter.name] = (hints[parameter.name], field)
    if extra := sorted(set(described) - set(fields)):
        raise TypeError(f"{method.__qualname__}: the docstring describes {extra}, which are no parameters")
    arguments = create_model(mark.name, __config__=ConfigDict(extra="forbid", populate_by_name=True), **fields)
    return Tool(
        definition=ToolDefinition(name=mark.name, description=summary, parameters=_plain_schema(arguments)),
        supplied=tuple(
            name
            for name, hint in hints.items()
            if any(isinstance(note, Supplied) for note in getattr(hint, "__metadata__", ()))
        ),
        method=attribute,
        arguments=arguments,
        writes=mark.writes,
    )


def _read_docstring(method: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    text = inspect.getdoc(method)
    if not text:
        raise TypeError(f"{method.__qualname__}: a tool needs a docstring")
    summary, _, args = text.partition("\nArgs:\n")
    described: dict[str, str] = {}
    name = ""
    for line in args.splitlines():
        if found := re.match(r" {4}(\w+): (.+)", line):
            name = found[1]
            described[name] = found[2]
        elif line.strip():
            described[name] += " " + line.strip()
    return " ".join(summary.split()), described


def _plain_schema(arguments: type[BaseModel]) -> JsonObject:
    schema = arguments.model_json_schema(by_alias=True)
    plain = _without_noise(schema)
    if not isinstance(plain, dict):
        raise TypeError("a schema of arguments is an object")
    plain.setdefault("properties", {})
    plain.pop("additionalProperties", None)
    return plain


def _without_noise(node: JsonValue) -> JsonValue:
    """The schema without titles, and with optional values as plain ones: what every provider accepts."""
    if isinstance(node, list):
        return [_without_noise(item) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(options := node.get("anyOf"), list) and {"type": "null"} in options:
        rest = [option for option in options if option != {"type": "null"}]
        if len(rest) == 1 and isinstance(rest[0], dict):
            node = {key: value for key, value in node.items() if key != "anyOf"} | rest[0]
            if node.get("default", ...) is None:
                del node["default"]
    return {
        key: {name: _without_noise(value) for name, value in sub.items()}
        if key == "properties" and isinstance(sub, dict)
        else _without_noise(sub)
        for key, sub in node.items()
        if key != "title" or not isinstance(sub, str)
    }
