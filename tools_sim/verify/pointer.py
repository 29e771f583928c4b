"""JSON pointers into a state, with ``*`` for any one segment."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

Path = tuple[str, ...]


def parse(pointer: str) -> Path:
    """The segments of a pointer; ``~1`` stands for a slash in a segment, ``~0`` for a tilde."""
    if not pointer.startswith("/"):
        raise ValueError(f"a pointer starts with '/': {pointer!r}")
    return tuple(segment.replace("~1", "/").replace("~0", "~") for segment in pointer[1:].split("/"))


def values_at(path: Path, node: JsonValue) -> Iterator[JsonValue]:
    """Every value that stands at the path, in order; nothing where the path leads nowhere."""
    if not path:
        yield node
        return
    head, rest = path[0], path[1:]
    for key, child in _children(node):
        if head in ("*", key):
            yield from values_at(rest, child)


def _children(node: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        for position, item in enumerate(node):
            yield str(position), item


def changes(before: JsonValue, after: JsonValue, path: Path = ()) -> Iterator[Path]:
    """Paths of the smallest parts that differ; a list whose length changed differs at its new or lost positions."""
    if before == after and type(before) is type(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            if key not in before or key not in after:
                yield (*path, key)
            else:
                yield from changes(before[key], after[key], (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        for position in range(max(len(before), len(after))):
            if position >= min(len(before), len(after)):
                yield (*path, str(position))
            else:
                yield from changes(before[position], after[position], (*path, str(position)))
    else:
        yield path


def allowed(change: Path, patterns: Sequence[Path]) -> bool:
    """Whether a change lies at or below one of the patterns."""
    return any(
        len(pattern) <= len(change) and all(p in ("*", c) for p, c in zip(pattern, change[: len(pattern)], strict=True))
        for pattern in patterns
    )
