"""To come."""

from typing import Any


def ranged_response(*_: Any) -> Any: ...
