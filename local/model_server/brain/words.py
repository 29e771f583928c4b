"""Words as a recogniser hears them: folding, likeness by letters and by sound, numbers in words."""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.fuzz import ratio

from local.model_server.brain.wordlist import row, word_set

_WORD = re.compile(r"[@#]?[\w]+(?:['’][\w]+)?")
_SOUND_GROUPS = {
    **dict.fromkeys("bpfv", "B"),
    **dict.fromkeys("cgkqxjsz", "S"),
    **dict.fromkeys("dt", "T"),
    "l": "L",
    **dict.fromkeys("mn", "N"),
    "r": "R",
}
_ONES = {
    word: value
    for value, word in enumerate(
        row(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        )
    )
}
_TENS = {word: 10 * (i + 2) for i, word in enumerate(row("twenty thirty forty fifty sixty seventy eighty ninety"))}
_ORDINALS = {
    word: value + 1
    for value, word in enumerate(row("first second third fourth fifth sixth seventh eighth ninth tenth"))
}
STOP_WORDS = word_set(
    "a an and are as at be been but by can could did do does for from had has have hi hello hey how i i'd "
    "i'll i'm if in into is it it's its just kindly like may me my now of oh ok okay on or our please should "
    "so some such than that the their them then there these they this to too uh um up us was we well were "
    "what when where which will with would yeah you your yours want need help let's lets also again let one "
    "more any get got give go going make thanks thank"
)


def fold(text: str) -> str:
    """Lower case without accents; apostrophes unified."""
    bare = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in bare if not unicodedata.combining(c)).casefold()


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in order; ``@`` and ``#`` stay in front, underscores inside."""
    return _WORD.findall(fold(text))


def spoken_form(name: str) -> str:
    """How an identifier sounds: ``tech_guru`` and ``TechGuru`` are "tech guru"; digits become words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    apart = re.sub(r"[_\-.@#/]+", " ", apart)
    apart = re.sub(r"(?<=\d)(?=[^\d\s])|(?<=[^\d\s])(?=\d)", " ", apart)
    return " ".join(number_words(word) if word.isdigit() else word for word in words_of(apart))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A crude stem: plural, past and -ing endings fall off."""
    for ending in ("ings", "ing", "ies", "ied", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: -len(ending)]
            if ending in ("ies", "ied"):
                return base + "y"
            if ending in ("ing", "ed") and len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz":
                return base[:-1]
            if ending == "s" and word.endswith("ss"):
                return word
            return base
    return word


@lru_cache(maxsize=20_000)
def sound_key(word: str) -> str:
    """Consonant groups in order, vowels kept only at the start: "Katherine" and "Catherine" agree."""
    folded = re.sub(r"^kn", "n", re.sub(r"^wr", "r", fold(word).replace("ph", "f").replace("gh", "")))
    key = ""
    last = ""
    for letter in folded:
        group = _SOUND_GROUPS.get(letter, "")
        if not key and not group and letter.isalpha():
            key, last = "A", ""
        elif group and group != last:
            key += group
        if letter not in "hw":
            last = group
    return key


@lru_cache(maxsize=100_000)
def likeness(a: str, b: str) -> float:
    """From 0 to 1 how probably one word was heard for the other; 1 for equal stems."""
    if a == b:
        return 1.0
    if len(a) >= 3 and len(b) >= 3 and stem(a) == stem(b):
        return 0.97
    if min(len(a), len(b)) < 3:
        return 0.0
    by_letters = ratio(a, b) / 100
    if sound_key(a) == sound_key(b):
        # The same consonants with another vowel is the commonest error of a recogniser.
        by_letters = max(by_letters, 0.55 + 0.4 * by_letters)
    if min(len(a), len(b)) <= 4 and DamerauLevenshtein.distance(a, b) > 1:
        by_letters *= 0.85
    return by_letters


def phrase_likeness(a: str, b: str) -> float:
    """Likeness of two short phrases, blanks not counting ("retweet" and "re tweet")."""
    joined_a, joined_b = a.replace(" ", ""), b.replace(" ", "")
    return likeness(joined_a, joined_b) if joined_a and joined_b else 0.0


def number_words(digits: str) -> str:
    """Digits in words: two digits as a number, longer ones digit by digit, years in pairs."""
    value = int(digits)
    names = {v: k for k, v in _ONES.items()}
    if len(digits) > 1 and digits[0] == "0":
        return " ".join(names[int(d)] for d in digits)
    if value < 20:
        return names[value]
    if value < 100:
        tens = {v: k for k, v in _TENS.items()}[value // 10 * 10]
        return tens if value % 10 == 0 else f"{tens} {names[value % 10]}"
    if len(digits) == 3 and value % 100 == 0:
        return f"{names[value // 100]} hundred"
    if len(digits) == 4 and value % 1000 == 0:
        return f"{names[value // 1000]} thousand"
    if len(digits) == 4 and value // 100 % 10 and value % 100 >= 10:
        return f"{number_words(digits[:2])} {number_words(digits[2:])}"
    return " ".join(names[int(d)] for d in digits)


def numbers_in(text: str) -> list[float]:
    """Every number said, in digits or words ("twenty three", "two hundred fifty", "3.5"), in order."""
    found: list[float] = []
    current: int | None = None
    total = 0
    for word in [*re.findall(r"\d+(?:\.\d+)?|[a-z]+", fold(text).replace(",", "")), ""]:
        if word in _ONES or word in _TENS:
            value = _ONES.get(word, _TENS.get(word, 0))
            if current is None:
                current = value
            elif (current % 100 == 0 and current and value < 100) or (
                current % 10 == 0 and current % 100 >= 20 and value < 10
            ):
                current += value
            else:
                current = current * (10 if value < 10 else 100) + value
        elif word == "hundred" and current is not None:
            current *= 100
        elif word == "thousand" and current is not None:
            total, current = (total + current) * 1000, 0
        elif word == "and" and current is not None and current % 100 == 0 and current:
            continue
        else:
            if current is not None:
                found.append(float(total + current))
                current, total = None, 0
            if word and word[0].isdigit():
                found.append(float(word))
    return found


def ordinal_in(words: list[str]) -> int | None:
    """Which one was meant: 1 for "first", -1 for "last" or "latest"; None when no ordinal is said."""
    for word in words:
        if word in _ORDINALS:
            return _ORDINALS[word]
        if word in ("last", "latest", "newest", "recent"):
            return -1
        if matched := re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word):
            return int(matched.group(1))
    return None


def written_from_spoken(text: str) -> str:
    """A credential as it is written: "maya underscore travels forty two" is ``maya_travels42``."""
    signs = {"underscore": "_", "dot": ".", "point": ".", "dash": "-", "hyphen": "-", "at": "@", "hash": "#"}
    out: list[str] = []
    pending: list[str] = []

    def flush() -> None:
        if pending:
            values = numbers_in(" ".join(pending))
            out.extend(str(int(v)) for v in values)
            pending.clear()

    for word in re.findall(r"[^\s]+", text.replace("’", "'")):
        lower = word.casefold().strip(".,;!?\"'")
        if lower in _ONES or lower in _TENS or lower in ("hundred", "thousand"):
            pending.append(lower)
            continue
        flush()
        out.append(signs.get(lower, word.strip(".,;!?\"'")))
    flush()
    return "".join(out)
