"""The padding that long-context entries put around what a tool answers."""

import copy
import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _constants() -> dict[str, Any]:
    constants: dict[str, Any] = json.loads(
        (files("tools_sim") / "recorded_data" / "long_context_constants.json").read_text(encoding="utf-8")
    )
    return constants


def padding(name: str) -> Any:
    """The caller's own copy of one padding, so that no session can change another's."""
    return copy.deepcopy(_constants()[name])
