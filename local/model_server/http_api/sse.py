"""Server-sent events."""

import json
from collections.abc import Mapping

DONE = b"data: [DONE]\n\n"


def event(data: Mapping[str, object]) -> bytes:
    """One event with a JSON body."""
    return b"data: " + json.dumps(data, separators=(",", ":")).encode() + b"\n\n"
