"""Word tables as one reads them: rows of words between quotes."""


def row(text: str) -> tuple[str, ...]:
    """The words of a table, in order."""
    return tuple(text.split())


def word_set(text: str) -> frozenset[str]:
    """The words of a table, for asking whether one is in it."""
    return frozenset(row(text))
