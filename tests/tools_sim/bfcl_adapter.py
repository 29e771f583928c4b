"""Lets the recorded-behaviour checker drive the simulators: ``check_sim.py tests/tools_sim/bfcl_adapter.py FILE…``."""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools_sim.domain import Domain
from tools_sim.recorded import open_recorded


def make(cls: str, config: dict[str, Any], long_context: bool) -> Domain[Any]:
    return open_recorded(cls, config, long_context=long_context)


def call(domain: Domain[Any], cls: str, function: str, args: dict[str, Any]) -> Any:
    return domain.invoke(domain.tools()[function], args).value


def state(domain: Domain[Any], cls: str) -> dict[str, Any]:
    return domain.state.public()
