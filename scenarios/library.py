"""The scenarios that come with Earwitness: one YAML file each, in a folder per category."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

import yaml
from pydantic import TypeAdapter, ValidationError

from contracts.base import ScenarioId
from contracts.scenario import Scenario

_FOLDERS = ("open_chat", "goal_oriented", "tool_tasks")
_adapter: TypeAdapter[Scenario] = TypeAdapter(Scenario)


class ScenarioError(ValueError):
    """A scenario file cannot be used; the message names the file and what is wrong."""


@cache
def load_library() -> Mapping[ScenarioId, Scenario]:
    """Every scenario beside this module, by id, in a fixed order. Raises `ScenarioError`."""
    library: dict[ScenarioId, Scenario] = {}
    for folder in _FOLDERS:
        for file in _yaml_files(files("scenarios") / folder):
            scenario = parse_scenario(file.read_text(encoding="utf-8"), source=file.name)
            if scenario.id in library:
                raise ScenarioError(f"{file.name}: the id {scenario.id!r} is taken")
            library[scenario.id] = scenario
    return MappingProxyType(library)


def parse_scenario(text: str, *, source: str) -> Scenario:
    """A scenario from YAML. Raises `ScenarioError` with ``source`` in its message."""
    try:
        return _adapter.validate_python(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise ScenarioError(f"{source}: {error}") from error


def _yaml_files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            yield from _yaml_files(entry)
        elif entry.name.endswith(".yaml"):
            yield entry
