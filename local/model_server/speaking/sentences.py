"""Text cut where a voice can pause, so that the first piece is heard early."""

import re

_LONGEST = 160


def sentences(text: str) -> list[str]:
    """The sentences of a text; one that is very long is cut at a comma."""
    pieces: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", text.strip()):
        rest = sentence.strip()
        while len(rest) > _LONGEST and (cut := rest.rfind(", ", 40, _LONGEST)) > 0:
            pieces.append(rest[: cut + 1])
            rest = rest[cut + 2 :]
        if rest:
            pieces.append(rest)
    return pieces
