"""How a component of a row is reached, and how it is told to behave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from contracts.base import Contract
from contracts.voice_model import Endpoint

NO_KEY = "local"
"""Sent where a row names no key: servers on the own machine ask for none, but their clients insist on one."""

OPENAI_URL = "https://api.openai.com/v1"
GOOGLE_URL = "https://generativelanguage.googleapis.com"


@dataclass(frozen=True, slots=True)
class Access:
    """Where an endpoint is and what opens it."""

    base_url: str
    api_key: str


def access(endpoint: Endpoint, env: Mapping[str, str], *, default_url: str) -> Access:
    """What the endpoint's environment variables say; `agent.registry` has checked that they are there."""
    return Access(
        base_url=env[endpoint.base_url_env] if endpoint.base_url_env is not None else default_url,
        api_key=env[endpoint.api_key_env] if endpoint.api_key_env is not None else NO_KEY,
    )


class Parameters(Contract):
    """The ``parameters`` that a family of endpoints honours; every one that is None is left to the provider."""

    def given(self) -> dict[str, Any]:
        """Those that the row sets."""
        return self.model_dump(exclude_none=True)


def parameter_faults(endpoint: Endpoint, kind: type[Parameters]) -> list[str]:
    """What is wrong with an endpoint's ``parameters``, a line for each fault; empty when all is well."""
    try:
        kind.model_validate(endpoint.parameters)
    except ValidationError as error:
        return [_fault(detail["type"], detail["loc"], detail["msg"], kind) for detail in error.errors()]
    return []


def _fault(kind_of_error: str, loc: tuple[int | str, ...], message: str, kind: type[Parameters]) -> str:
    name = ".".join(str(part) for part in loc)
    if kind_of_error == "extra_forbidden":
        return f"parameters.{name}: not a parameter of this protocol; allowed: {sorted(kind.model_fields)}"
    return f"parameters.{name}: {message}"
