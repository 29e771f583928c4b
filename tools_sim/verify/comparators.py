"""Whether a value is what a step asks for, from exact to any."""

import math
from collections.abc import Mapping, Sequence
from typing import assert_never

from pydantic import JsonValue

from contracts.base import JsonObject
from contracts.scenario import (
    AnyArgument,
    Comparator,
    CountArgument,
    ExactArgument,
    KeywordsArgument,
    NameArgument,
    NamesArgument,
    NumberArgument,
    OneOfArgument,
)
from tools_sim.speech_text import same_name, same_word, spoken_words


def holds(comparator: Comparator, value: JsonValue) -> bool:
    """Whether one value satisfies the comparator."""
    match comparator:
        case ExactArgument():
            return equal(comparator.value, value)
        case NameArgument():
            return isinstance(value, str) and same_name(comparator.value, value)
        case KeywordsArgument():
            return isinstance(value, str) and _share(comparator.words, value) >= comparator.share
        case NamesArgument():
            return _all_named(comparator.values, value)
        case NumberArgument():
            number = _number(value)
            return number is not None and abs(number - comparator.value) <= comparator.tolerance
        case OneOfArgument():
            return isinstance(value, str) and any(same_name(name, value) for name in comparator.values)
        case CountArgument():
            return comparator.value == 1
        case AnyArgument():
            return True
        case _:
            assert_never(comparator)


def holds_somewhere(comparator: Comparator, values: Sequence[JsonValue]) -> bool:
    """Whether any of the values at a pointer satisfies the comparator, or for a count their number."""
    if isinstance(comparator, CountArgument):
        return len(values) == comparator.value
    return any(holds(comparator, value) for value in values)


def differing(wanted: Mapping[str, Comparator], arguments: JsonObject) -> tuple[str, ...]:
    """Names of the arguments that are missing or not as wanted; empty when the call matches."""
    return tuple(
        name
        for name, comparator in wanted.items()
        if (name not in arguments and not isinstance(comparator, AnyArgument))
        or (name in arguments and not holds(comparator, arguments[name]))
    )


def equal(left: JsonValue, right: JsonValue) -> bool:
    """Equal as JSON: 1 and 1.0 are the same, true and 1 are not, and the order of an object's keys is nothing."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right or math.isclose(left, right, rel_tol=1e-9)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return left == right


def _share(words: Sequence[str], text: str) -> float:
    heard = spoken_words(text)
    found = sum(any(_said(choice, heard) for choice in word.split("|")) for word in words)
    # A share of 0.6 of five words is three of them, whatever floating point makes of it.
    return found / len(words) + 1e-9


def _said(word: str, heard: Sequence[str]) -> bool:
    parts = spoken_words(word)
    return bool(parts) and all(any(same_word(part, other) for other in heard) for part in parts)


def _all_named(names: Sequence[str], value: JsonValue) -> bool:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list):
        return False
    texts = [item for item in items if isinstance(item, str)]
    return all(any(same_name(name, text) for text in texts) for name in names)


def _number(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(str(value).replace(",", "").lstrip("$"))
    except ValueError:
        return None
