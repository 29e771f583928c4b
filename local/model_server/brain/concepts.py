"""Texts and functions as weighted sets of concepts."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from math import log

from local.model_server.brain.thesaurus import ACTIONS, LEXICON, LONGEST_PHRASE, READING
from local.model_server.brain.words import STOP_WORDS, likeness, stem, words_of
from local.model_server.conversation import Function

Weights = dict[str, float]

_HEARD_AS = 0.8
"""Words less alike than this are different words."""


@lru_cache(maxsize=50_000)
def _nearest(word: str) -> tuple[str, float] | None:
    """The single-word row of the lexicon that sounds most like this word."""
    best: tuple[str, float] | None = None
    for phrase in LEXICON:
        if " " in phrase or len(phrase) < 4:
            continue
        score = likeness(word, phrase)
        if score >= _HEARD_AS and (best is None or score > best[1]):
            best = (phrase, score)
    return best


def concepts_of(words: list[str]) -> Weights:
    """What a phrase talks about: each concept with the strength of its best evidence."""
    found: Weights = {}

    def note(concept: str, weight: float) -> None:
        found[concept] = max(found.get(concept, 0.0), weight)

    position = 0
    while position < len(words):
        for length in range(min(LONGEST_PHRASE, len(words) - position), 1, -1):
            row = LEXICON.get(" ".join(words[position : position + length]))
            if row is not None:
                for concept, weight in row.items():
                    note(concept, weight)
                position += length
                break
        else:
            _note_word(words[position], note)
            position += 1
    return found


def _note_word(word: str, note: Callable[[str, float], None]) -> None:
    row, sure = LEXICON.get(word), 1.0
    if row is None and word in STOP_WORDS:
        return
    if row is None:
        nearest = _nearest(word) if len(word) >= 4 else None
        if nearest is None:
            note(f"word:{stem(word)}", 0.6)
            return
        row, sure = LEXICON[nearest[0]], nearest[1] ** 2
        if sure < 0.9:
            note(f"word:{stem(word)}", 0.5)
    for concept, weight in row.items():
        note(concept, weight * sure)


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """The words of an identifier: ``get_user_id`` and ``getUserId`` alike."""
    return tuple(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").replace("-", " ").lower().split())


def said_of(function: Function) -> str:
    """The part of a description that is about the function itself, first sentence."""
    about = function.description.split("Tool description:")[-1].strip()
    return re.split(r"(?<=[a-z)])\.(?:\s|$)", about)[0].strip()


class Profile:
    """A function as concepts: the words of its name count most, then its description, then its parameters."""

    def __init__(self, function: Function) -> None:
        self.function = function
        in_name = list(name_words(function.name))
        in_description = words_of(said_of(function))
        named = concepts_of(in_name)
        self.action = main_action(in_name, in_description)
        weights: Weights = {}
        for source, share in (
            (concepts_of([w for p in function.properties for w in name_words(p)]), 0.2),
            (concepts_of(in_description), 0.35),
            (named, 1.0),
        ):
            for concept, weight in source.items():
                weights[concept] = max(weights.get(concept, 0.0), weight * share)
        if self.action is not None:
            # Other readings of the naming words are noise: "login" in a status check asks nobody to log in.
            for concept in ACTIONS:
                if concept != self.action and concept in weights:
                    weights[concept] *= 0.35
            weights[self.action] = 1.3
        self.weights = {c: w for c, w in weights.items() if w >= 0.1}
        self.named = named

    @property
    def reads_only(self) -> bool:
        return self.action in READING


_FIRST_ACTIONS: Mapping[str, str] = {"get": "view", "retrieve": "view", "fetch": "view", "display": "view"}


@lru_cache(maxsize=4096)
def _main_action(in_name: tuple[str, ...], in_description: tuple[str, ...]) -> str | None:
    if "status" in in_name:
        return "status"
    if in_name and in_name[-1] in ("id", "ids"):
        return "identify"
    if "stats" in in_name or "statistics" in in_name:
        return "count"
    for words in (in_name, in_description[:1]):
        best: tuple[float, str] | None = None
        for word in words:
            if word in _FIRST_ACTIONS:
                return "view" if best is None else best[1]
            for concept, weight in LEXICON.get(word, LEXICON.get(stem(word), {})).items():
                if concept in ACTIONS and weight >= 0.7 and (best is None or weight > best[0]):
                    best = (weight, concept)
            if best is not None and best[0] >= 1.0:
                break
        if best is not None:
            return best[1]
    return None


def main_action(in_name: list[str], in_description: list[str]) -> str | None:
    """The one action of a function, or None where its words name none."""
    return _main_action(tuple(in_name), tuple(in_description))


def rarity(profiles: "tuple[Profile, ...]") -> Weights:
    """How much each concept tells the offered functions apart."""
    counts: dict[str, int] = {}
    for profile in profiles:
        for concept in profile.weights:
            counts[concept] = counts.get(concept, 0) + 1
    return {concept: log(1 + (len(profiles) + 1) / n) for concept, n in counts.items()}


def agreement(utterance: Weights, profile: Profile, rare: Weights, *, unknown_rarity: float) -> float:
    """Dice overlap, from 0 to 1, of what was said with what the function is."""
    shared = sum(
        rare.get(c, 0.0) * min(1.0, said) * profile.weights[c] for c, said in utterance.items() if c in profile.weights
    )
    said_total = sum(
        rare[c] * s if c in rare else (0.15 if c.startswith("word:") else 0.3) * unknown_rarity * s
        for c, s in utterance.items()
    )
    is_total = sum(rare[c] * w for c, w in profile.weights.items())
    return 2 * shared / (said_total + is_total) if said_total + is_total else 0.0
