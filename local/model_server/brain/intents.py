"""Which offered functions an utterance asks for, by concepts and by what it holds for their parameters."""

import re
from dataclasses import dataclass

from local.model_server.brain.concepts import Profile, Weights, agreement, concepts_of, rarity
from local.model_server.brain.knowledge import Knowledge
from local.model_server.brain.parameters import Kind, kind_of
from local.model_server.brain.slots import people_in, tags_in
from local.model_server.brain.thesaurus import ACTIONS
from local.model_server.brain.utterance import Utterance, take_apart
from local.model_server.conversation import Function

SURE = 0.34
"""From this agreement on the brain acts."""
LIKELY = 0.22
"""From this agreement on the brain asks whether that was meant."""

_REFERS = re.compile(
    r"\b(?:it|that|this|first|second|third|last|latest|one|number \w+|post \w+|tweet \w+)\b", re.IGNORECASE
)
_EXISTING = re.compile(
    r"\b(?:the|that|this|which|last|latest|first|second|about|any|all|my)\s+(?:posts?|tweets?|comments?)\b",
    re.IGNORECASE,
)
"""A post that there is already: then "post" and "comment" are things, not actions."""
_COMBINES = re.compile(
    r"\s*(?:[.;!?]+\s+(?:and |then |also )*|,?\s+(?:and then|then|and also|after that|and)\s+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Intent:
    profile: Profile
    utterance: Utterance
    score: float
    explicit: bool
    """The function's own action was said, not only guessed from the rest."""


class Repertoire:
    """The offered functions, ready to be matched."""

    def __init__(self, functions: tuple[Function, ...]) -> None:
        self.profiles = tuple(Profile(f) for f in functions)
        self.rare = rarity(self.profiles)
        self._unknown = max(self.rare.values(), default=1.0)

    def profile(self, name: str) -> Profile | None:
        return next((p for p in self.profiles if p.function.name == name), None)

    def understand(self, text: str, knowledge: Knowledge) -> list[Intent]:
        """The intents of an utterance in the order they were said; one that is only likely stands alone."""
        whole = self.best(take_apart(text), knowledge)
        parts = self._parts(text, knowledge)
        if len(parts) > 1:
            return parts
        return [whole] if whole is not None and whole.score >= LIKELY else []

    def _parts(self, text: str, knowledge: Knowledge) -> list[Intent]:
        """Separate commands ("log in and list everyone"); dictated words are never split."""
        apart = take_apart(text)
        limit = (
            len(apart.command.rstrip()) if apart.quoted is not None and apart.text.startswith(apart.command) else None
        )
        head = apart.text if limit is None else apart.text[:limit]
        pieces = [p for p in _COMBINES.split(head) if p.strip()]
        if limit is not None and pieces:
            pieces[-1] += apart.text[limit - 0 :] if apart.text[limit:].startswith(" ") else " " + apart.text[limit:]
        intents: list[Intent] = []
        for piece in pieces:
            found = self.best(take_apart(piece), knowledge)
            if found is not None and found.score >= SURE and found.explicit:
                intents.append(found)
            elif intents:
                # What is no command of its own belongs to the one before it.
                joined = f"{intents[-1].utterance.text} and {piece}"
                again = self.best(take_apart(joined), knowledge)
                if again is not None:
                    intents[-1] = again
        unlike = [i for n, i in enumerate(intents) if all(i.profile is not j.profile for j in intents[:n])]
        return unlike if len(unlike) == len(intents) else []

    def best(self, utterance: Utterance, knowledge: Knowledge) -> Intent | None:
        ranked = self.ranked(utterance, knowledge)
        return ranked[0] if ranked else None

    def ranked(self, utterance: Utterance, knowledge: Knowledge) -> list[Intent]:
        mentions = people_in(utterance, knowledge)
        named = {i for m in mentions for i in range(m.position, m.position + m.length)}
        words = [w for i, w in enumerate(utterance.words) if i not in named or w == "user"]
        said = concepts_of(words)
        if _EXISTING.search(utterance.command):
            for action in ("post", "comment") if utterance.words[:1] not in (["post"], ["comment"], ["tweet"]) else ():
                said[action] = said.get(action, 0.0) * (
                    1.0 if re.search(rf"\b{action} (?:on|to)\b", utterance.command) else 0.3
                )
        if utterance.told:
            # "Let Bob know that ..." is a message whatever the verb was.
            said["send"], said["message"] = 0.9, max(0.7, said.get("message", 0.0))
        intents = [
            Intent(
                p,
                utterance,
                agreement(said, p, self.rare, unknown_rarity=self._unknown)
                + self._evidence(p, utterance, said, bool(mentions)),
                p.action is not None and said.get(p.action, 0.0) >= 0.5,
            )
            for p in self.profiles
        ]
        return sorted(intents, key=lambda i: -i.score)

    def _evidence(self, profile: Profile, utterance: Utterance, said: Weights, person: bool) -> float:
        """What the utterance holds or lacks for the function's parameters."""
        function = profile.function
        kinds = {p: kind_of(function, p) for p in function.properties}
        required = {kinds[p] for p in function.required if p in kinds}
        everything = set(kinds.values())
        score = 0.0
        if utterance.quoted is not None:
            score += 0.15 if Kind.TEXT in required else -0.2 if Kind.KEYWORD not in required else 0.0
        elif Kind.TEXT in required:
            score -= 0.04
        if person:
            score += 0.08 if required & {Kind.PERSON, Kind.PERSON_ID, Kind.PEOPLE} else -0.06
            if utterance.quoted is not None and required >= {Kind.PERSON_ID, Kind.TEXT}:
                score += 0.12
        elif required & {Kind.PERSON, Kind.PERSON_ID} and profile.action != "login":
            score -= 0.05
        if _EXISTING.search(utterance.command) and Kind.TEXT in required and required & {Kind.RECORD_ID} == set():
            score -= 0.15 if required == {Kind.TEXT} else 0.0
        elif _EXISTING.search(utterance.command) and utterance.quoted is not None and Kind.TEXT in required:
            score += 0.15
        if Kind.RECORD_ID in required:
            score += 0.05 if _REFERS.search(utterance.command) else -0.03
        if Kind.KEYWORD in required:
            about = re.search(
                r"\b(?:about|containing|contain|keyword|the word|mention(?:s|ing)?|for)\b", utterance.command
            )
            score += 0.1 if about else -0.05
        if Kind.TAGS in everything and tags_in(utterance):
            score += 0.1
        if (
            profile.action is not None
            and profile.action not in said
            and any(a in ACTIONS and s >= 0.9 for a, s in said.items())
        ):
            score -= 0.08
        return score
