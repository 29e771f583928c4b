"""Why a step is met or not, in words a participant understands."""

from collections.abc import Sequence

from tools_sim.verify.pointer import Path

NOT_CALLED = "Not done yet."
REFUSED = "It was tried, but it did not work."
IN_PLACE = "Everything is in place."
NOT_IN_PLACE = "Not done yet."
UNDONE = "It was done, but it was undone afterwards."


def done(times: int) -> str:
    return "Done." if times == 1 else f"Done, {times} times."


def different(arguments: Sequence[str]) -> str:
    return f"It was done, but differently from the task: {_listed([_plain(name) for name in arguments])}."


def too_early(labels: Sequence[str]) -> str:
    return f"It was done too early; first: {_listed(labels)}."


def too_often(label: str, times: int, at_most: int) -> str:
    return f"Done {times} times, but {at_most} is enough: {label}"


def unexpected_change(paths: Sequence[Path]) -> str:
    places = [" ".join(_plain(segment) for segment in path if not segment.isdigit()) for path in paths]
    return f"Something was changed that is no part of the task: {_listed(list(dict.fromkeys(places)))}."


def not_final(path: Path) -> str:
    return f"At the end this is not as it should be: {' '.join(_plain(segment) for segment in path)}."


def _plain(name: str) -> str:
    return name.replace("_", " ").replace("*", "any")


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
