"""Text as a listener hears it: case, accents, punctuation and the spelling of numbers do not count."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+")
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"  # noqa: E501 - one list, one line
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBER_WORDS = {word: value for value, word in enumerate(_UNITS.split())} | {
    word: 10 * value for value, word in enumerate(_TENS.split(), start=2)
}


@lru_cache(maxsize=4096)
def spoken_words(text: str) -> tuple[str, ...]:
    """The words of a text, folded: lower case, no accents, no punctuation, small numbers as digits."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("\u2019", "'").replace("'", "")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words: list[str] = []
    ten_before = False
    for word in _WORD.findall(plain):
        value = _NUMBER_WORDS.get(word)
        if value is not None and ten_before and 0 < value < 10:
            words[-1] = str(int(words[-1]) + value)
            ten_before = False
        elif value is not None:
            words.append(str(value))
            ten_before = value >= 20
        else:
            words.append(word)
            ten_before = False
    return tuple(words)


def spoken_name(text: str) -> str:
    """A name as one folded string without spaces, so that "trail mates" and "TrailMates" are the same."""
    return "".join(spoken_words(text))


def edits(left: str, right: str, *, at_most: int) -> int:
    """Edit distance with swaps of neighbours counted once; anything above ``at_most`` is ``at_most + 1``."""
    if abs(len(left) - len(right)) > at_most:
        return at_most + 1
    before_last: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        row = [i]
        for j, b in enumerate(right, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return at_most + 1
        before_last, last = last, row
    return min(last[-1], at_most + 1)


def same_name(left: str, right: str) -> bool:
    """Equal as heard, or within one edit in five letters; digits must be equal."""
    a, b = spoken_name(left), spoken_name(right)
    if _digits(a) != _digits(b):
        return False
    if not a or not b:
        return a == b and left.strip() == right.strip()
    allowed = min(len(a), len(b)) // 5
    return a == b or edits(a, b, at_most=allowed) <= allowed


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def same_word(left: str, right: str) -> bool:
    """Two folded words that are equal, differ by an ending, or by one edit in five letters; numbers must be equal."""
    if left == right:
        return True
    if left.isdigit() or right.isdigit():
        return False
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) >= 4 and longer.startswith(shorter) and len(longer) - len(shorter) <= 3:
        return True
    allowed = min(len(left), len(right)) // 5
    return allowed > 0 and edits(left, right, at_most=allowed) <= allowed


def closest(wanted: str, known: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """Known names that a listener may have meant, nearest first; empty when none is near."""
    target = spoken_name(wanted)
    if not target:
        return ()
    scored: list[tuple[float, str]] = []
    for name in known:
        candidate = spoken_name(name)
        if not candidate:
            continue
        longest = max(len(target), len(candidate))
        share = edits(target, candidate, at_most=longest) / longest
        if shared_word := set(spoken_words(wanted)) & set(spoken_words(name)):
            share = min(share, 0.4 if max(map(len, shared_word)) >= 3 else share)
        if share <= 0.5:
            scored.append((share, name))
    return tuple(name for _, name in sorted(scored, key=lambda pair: pair[0])[:limit])
