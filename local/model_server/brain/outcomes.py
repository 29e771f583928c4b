"""Whether a result is a failure, and what it says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from local.model_server.brain.words import fold
from local.model_server.conversation import JsonValue


@dataclass(frozen=True, slots=True)
class Outcome:
    """``trouble`` is None for a success; ``candidates`` are the near misses that a failure offers."""

    trouble: str | None
    candidates: tuple[str, ...] = ()

    @property
    def needs_login(self) -> bool:
        said = fold(self.trouble or "")
        return bool(
            re.search(r"not (?:authenticated|logged)|log ?in|no user is currently|authenticate before|sign in", said)
        )

    @property
    def unknown_thing(self) -> bool:
        return bool(
            re.search(
                r"not found|unknown|does not exist|no such|no .* (?:called|named|matches)", fold(self.trouble or "")
            )
        )


def outcome_of(output: JsonValue) -> Outcome:
    """Reads the error shapes in use: ``error`` keys, false statuses, plain error texts."""
    if isinstance(output, list) and output and all(isinstance(o, Mapping) and "error" in o for o in output):
        output = output[0]
    if isinstance(output, str):
        return Outcome(output) if re.match(r"\s*(error|exception|failed)", fold(output)) else Outcome(None)
    if not isinstance(output, Mapping):
        return Outcome(None)
    candidates = next(
        (v for k, v in output.items() if k in ("candidates", "did_you_mean", "suggestions") and isinstance(v, list)), []
    )
    names = tuple(
        c if isinstance(c, str) else str(next(iter(c.values()), "")) if isinstance(c, Mapping) else str(c)
        for c in candidates
    )
    if output.get("error"):
        error = output["error"]
        said = str(error.get("message", error)) if isinstance(error, Mapping) else str(error)
        if not names and (hint := re.search(r"did you mean:?\s*(.+?)\??$", said, re.IGNORECASE)):
            names = tuple(part.strip(" '\"?.") for part in re.split(r",|\bor\b", hint.group(1)) if part.strip(" '\"?."))
        return Outcome(said, names)
    statuses = [v for k, v in output.items() if str(k).endswith("_status") or k in ("success", "ok")]
    if statuses and all(s is False for s in statuses) and "login_status" not in output:
        return Outcome(str(output.get("message") or "it was refused"), names)
    if output.get("login_status") is False and "message" in output:
        return Outcome(str(output["message"]), names)
    return Outcome(None)
