"""What in a text is hard to say aloud and to recognise: codes, long numbers, file names, odd spelling."""

import re

_HARD = (
    ("an address", re.compile(r"\S+@\S+\.\S+|https?://\S+")),
    ("a file name", re.compile(r"\b[\w-]+\.[a-z]{1,4}\d?\b(?<!\.m)", re.IGNORECASE)),
    ("letters mixed with digits", re.compile(r"\b(?=\w*[A-Za-z])(?=\w*\d)(?!\d+(?:st|nd|rd|th|am|pm|s)\b)\w+\b")),
    ("an underscore", re.compile(r"\b\w*_\w*\b")),
    # A tag is said as the words it is made of.
    ("capitals inside a word", re.compile(r"(?<!#)\b(?:[a-z]+[A-Z]|[A-Z][a-z]+[A-Z])\w*\b")),
    ("a long number", re.compile(r"(?<![\d.,])\d{6,}(?![\d.,])")),
    # Capitals that make a word, such as START, can be said; those that do not are spelled.
    ("a code in capitals", re.compile(r"\b(?=[A-Z]{4,}\b)(?:([A-Z])\1[A-Z]*|[A-Z]*[BCDFGHJ-NP-TV-Z]{3}[A-Z]*)\b")),
)


def unspeakable(text: str) -> tuple[str, ...]:
    """What is hard to say in a text, each as ``kind 'piece'``; empty for plain speech."""
    return tuple(f"{kind} {found.group()!r}" for kind, pattern in _HARD for found in pattern.finditer(text))
