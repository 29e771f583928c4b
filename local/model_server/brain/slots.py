"""Values for parameters, found in an utterance and in what is known. Nothing here calls anything."""

import re
from dataclasses import dataclass

from local.model_server.brain.concepts import name_words
from local.model_server.brain.first_names import FIRST_NAMES, ORDINARY
from local.model_server.brain.knowledge import Knowledge
from local.model_server.brain.parameters import Kind, kind_of
from local.model_server.brain.thesaurus import LEXICON
from local.model_server.brain.utterance import Utterance, without_opener
from local.model_server.brain.wordlist import row, word_set
from local.model_server.brain.words import (
    STOP_WORDS,
    fold,
    likeness,
    numbers_in,
    phrase_likeness,
    spoken_form,
    words_of,
    written_from_spoken,
)
from local.model_server.conversation import Function, JsonValue

_BEFORE_PERSON = word_set(
    "to from for with send account user contact follow unfollow by of named called at tell ask message text as mention "
    "mentioning and tag adding add person write remind inform notify username is me@"
)
_NEVER_A_NAME = STOP_WORDS | word_set(
    "message messages post posts tweet tweets user users everyone last latest first second third saying about "
    "id contact contacts people person new workspace list account timeline sent send name named called follow "
    "unfollow comment retweet reply hashtag tag username password stats statistics today tomorrow who whom "
    "log login sign next him her hers his he she later both name's number find search look delete remove show "
    "tell ask write mention"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A person in an utterance; ``known`` tells a name that stood in a result or prompt from one only heard."""

    name: str
    known: bool
    position: int
    length: int
    score: float


def people_in(utterance: Utterance, knowledge: Knowledge, *, asked: bool = False) -> list[Mention]:
    """Every person that the command names, in order; known people win over unknown words."""
    words = words_of(without_opener(utterance.text)) if asked else utterance.words
    known, heard = _known_people(words, knowledge), _unknown_people(words, asked=asked)
    taken = {i for m in known for i in range(m.position, m.position + m.length)}
    if known:
        heard = [m for m in heard if m.score > 0.5 and m.position not in taken]
    return sorted([*known, *heard], key=lambda m: m.position)


def _known_people(words: list[str], knowledge: Knowledge) -> list[Mention]:
    found: list[Mention] = []
    for person in knowledge.people:
        spoken = spoken_form(person).split()
        shapes = {tuple(spoken)} | ({(spoken[0],)} if len(spoken) > 1 and "_" not in person else set())
        for shape in shapes:
            for length in {len(shape), max(1, len(shape) - 1), len(shape) + 1}:
                for at in range(len(words) - length + 1):
                    window = words[at : at + length]
                    said = " ".join(w.strip("@#") for w in window)
                    said = re.sub(r"'s$", "", said)
                    score = phrase_likeness(spoken_form(said), " ".join(shape))
                    led = at > 0 and words[at - 1] in _BEFORE_PERSON
                    ordinary = all(w in LEXICON or w in _NEVER_A_NAME for w in window)
                    if score >= (0.97 if ordinary else 0.72 if led else 0.82) and not (
                        length == 1 and len(said) < 3 < len(person)
                    ):
                        found.append(Mention(person, True, at, length, score + 0.01 * length))
    found.sort(key=lambda m: -m.score)
    chosen: list[Mention] = []
    for mention in found:
        span = set(range(mention.position, mention.position + mention.length))
        if all(not span & set(range(c.position, c.position + c.length)) and c.name != mention.name for c in chosen):
            chosen.append(mention)
    return sorted(chosen, key=lambda m: m.position)


_FIRST_NAMES = frozenset(FIRST_NAMES)


def _unknown_people(words: list[str], *, asked: bool) -> list[Mention]:
    """Words that stand where a name stands, and first names anywhere; a first name drives the others out."""
    found: list[Mention] = []
    for at, word in enumerate(words):
        bare = re.sub(r"'s$", "", word.strip("@#"))
        led = at > 0 and words[at - 1] in _BEFORE_PERSON
        usual = bare in _FIRST_NAMES and (led or asked or bare not in ORDINARY)
        expected = led or word.startswith("@") or (asked and len(words) <= 3)
        if not (usual or expected) or bare in _NEVER_A_NAME or bare in LEXICON or not bare.isidentifier():
            continue
        if found and found[-1].position + found[-1].length > at:
            continue
        rest = [bare]
        for following in words[at + 1 : at + 3]:
            if usual or following in _NEVER_A_NAME or (following in LEXICON and following != "underscore"):
                break
            rest.append(re.sub(r"'s$", "", following))
        found.append(Mention(" ".join(rest), False, at, len(rest), 0.8 if usual else 0.5))
    return [m for m in found if m.score > 0.5] or found


def as_username(heard: str, knowledge: Knowledge) -> str:
    """A user name that nobody has written yet, from its sound; underscores where the others have them."""
    if "underscore" in heard or " dot " in heard:
        return written_from_spoken(heard)
    return ("_" if any("_" in person for person in knowledge.people) else " ").join(heard.split())


def free_text(utterance: Utterance, function: Function, *, asked: bool) -> str | None:
    """The words to pass on, with a capital first letter; what belongs to tags or mentions cut off."""
    text = utterance.quoted
    if text is None and asked:
        text = without_opener(utterance.text)
    if text is None:
        text = _text_after_verb(utterance.text) or _text_after_message(utterance.text)
    if not text:
        return None
    if any(kind_of(function, p) is Kind.TAGS for p in function.properties):
        text = re.split(
            r"[,.]?\s+(?:and\s+)?(?:(?:with|using|add|use|include|put)\s+)?(?:the\s+|a\s+|my\s+)*"
            r"(?:hash ?tags?|tags?)\b|\s+#",
            text,
            maxsplit=1,
            flags=re.IGNORECASE,
        )[0]
    if any(kind_of(function, p) is Kind.PEOPLE for p in function.properties):
        text = re.split(r"[,.]?\s+(?:and\s+)?mention(?:ing)?\b", text, maxsplit=1, flags=re.IGNORECASE)[0]
    text = re.sub(r"^(?:that|to)\s+", "", text.strip(" ,:;"), flags=re.IGNORECASE).strip()
    return text[:1].upper() + text[1:] if text else None


def _text_after_verb(text: str) -> str | None:
    """What follows "post", "tweet" or "about" when nobody says "saying"; at least two words."""
    found = re.search(
        r"\b(?:post|tweet|publish|share|reply|respond|write|comment)\s+(?:(?:an?|the|this|that|it|new|on|to|in|my|your|"
        r"status|update|tweet|post|message|comment|following|with|about|first|last|second|latest)\s+)*(\S.*)$",
        text,
        re.IGNORECASE,
    )
    if not found:
        return None
    rest = found.group(1).strip()
    return rest if len(rest.split()) >= 2 and fold(rest.split()[0]) not in ("by", "from", "of", "for") else None


def _text_after_message(text: str) -> str | None:
    """What follows "message to Bob" when the word between was lost; at least three words that are no new clause."""
    found = re.search(
        r"\b(?:(?:message|text|note)\b(?:\s+to\s+@?\w+)?|(?:send|tell|write)\s+(?:to\s+)?@?\w+\s+an?\s+\w+)\s+(\S.*)$",
        text,
        re.IGNORECASE,
    )
    if not found:
        return None
    rest = found.group(1).strip().split()
    about = fold(rest[0]) in ("about", "regarding", "to", "for", "i", "from", "with")
    return " ".join(rest) if len(rest) >= 3 and not about else None


def keyword(utterance: Utterance, *, asked: bool) -> str | None:
    """What to search for."""
    if asked:
        return without_opener(utterance.text) or None
    if utterance.quoted:
        return utterance.quoted
    found = re.search(
        r"\b(?:about|containing|contains?|with the (?:word|words|keyword|term)|the (?:word|keyword|term)|"
        r"mention(?:ing|s)?|on the (?:topic|subject) of|regarding|related to|keyword)\s+"
        r"(?:the (?:word |keyword |term )?)?(\S.*)$",
        utterance.command,
        re.IGNORECASE,
    ) or re.search(
        r"\b(?:for|find|search)\s+(?:all |any |the |my |some |messages?|posts?|tweets?|for )*(\S.*)$",
        utterance.command,
        re.IGNORECASE,
    )
    if not found:
        return None
    words = [w for w in re.split(r"\s+", found.group(1)) if w]
    while len(words) > 1 and fold(words[0]) in STOP_WORDS | {"post", "posts", "tweet", "message", "messages"}:
        words.pop(0)
    while words and fold(words[-1].strip(".,?!")) in STOP_WORDS | {"messages", "posts", "tweets", "message"}:
        words.pop()
    text = " ".join(words).strip(" .,?!\"'")
    return text or None


def tags_in(utterance: Utterance) -> list[str] | None:
    """Hashtags: written ones, or what follows "hashtag"."""
    written = re.findall(r"#\w+", utterance.text)
    if written:
        return written
    found = re.search(
        r"\b(?:hash ?tags?|tags?)\s+(?:is |are |of |called |named )?(\S.*)$", utterance.text, re.IGNORECASE
    )
    if not found:
        return None
    rest = re.split(r"\bmention|\bsaying\b|\bthat says\b", found.group(1), flags=re.IGNORECASE)[0]
    parts = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+(?:hash ?tag\s+)?|\s+hash ?tag\s+", rest)
    tags = [
        "#"
        + "".join(
            w if i == 0 and len(parts) > 9 else w[:1].upper() + w[1:] for i, w in enumerate(p.strip(" .!?").split())
        )
        for p in parts
        if p.strip(" .!?")
    ]
    return tags or None


def secret(utterance: Utterance, label: str, *, asked: bool) -> str | None:
    """A credential that was said: after its label, or the whole answer when it was asked for."""
    found = re.search(
        rf"\b{label.replace(' ', ' ?')}\s+(?:is\s+)?(\S.*?)(?=\s+(?:and|with)\s+(?:my |the )?\w+ ?\w* (?:is|as)\b|"
        rf"\s+and (?:my |the )?(?:password|user)|\s*[,.]?$)",
        utterance.text,
        re.IGNORECASE,
    )
    if found:
        return written_from_spoken(found.group(1))
    return written_from_spoken(without_opener(utterance.text)) if asked else None


def choice(utterance: Utterance, choices: list[JsonValue]) -> JsonValue | None:
    """The enumerated value that was said, if exactly one was."""
    words = utterance.all_words
    scored: list[tuple[float, JsonValue]] = []
    for value in choices:
        shape = spoken_form(str(value)).split()
        best = 0.0
        for at in range(len(words) - len(shape) + 1):
            best = max(best, phrase_likeness(" ".join(words[at : at + len(shape)]), " ".join(shape)))
        scored.append((best, value))
    scored.sort(key=lambda s: -s[0])
    return scored[0][1] if scored and scored[0][0] >= 0.85 else None


_CUES = {
    "from": ("from", "out of", "leaving"),
    "origin": ("from",),
    "source": ("from", "file"),
    "to": ("to", "into"),
    "destination": ("to", "into", "in"),
    "location": ("in", "at"),
    "room": ("in the", "in"),
    "city": ("in", "to", "of"),
    "title": ("called", "titled", "named", "title"),
    "name": ("called", "named", "name"),
    "file": ("file", "called", "named"),
    "subject": ("about", "subject"),
}


def phrase(utterance: Utterance, parameter: str, *, asked: bool) -> str | None:
    """A value after the parameter's own words or its preposition; the whole answer when it was asked for."""
    if asked:
        return without_opener(utterance.text) or None
    words = name_words(parameter)
    cues = [" ".join(words), *(c for w in words for c in _CUES.get(w, ()))]
    for cue in cues:
        found = re.search(
            rf"\b{re.escape(cue)}\s+(?:is |to |as |the |my |a )*(\S.*?)"
            r"(?=\s+(?:from|to|on|at|for|with|in|into|by|and|called|named)\b|[,.?!]|$)",
            utterance.text,
            re.IGNORECASE,
        )
        if found and fold(found.group(1)) not in STOP_WORDS:
            return found.group(1).strip()
    return None


def number(utterance: Utterance, parameter: str) -> float | None:
    """The number said; the one nearest to the parameter's own words where there are several."""
    values = numbers_in(utterance.command)
    if not values:
        return None
    words = utterance.words
    for word in name_words(parameter):
        near = [i for i, w in enumerate(words) if likeness(w, word) >= 0.85]
        if near and (after := numbers_in(" ".join(words[near[0] :]))):
            return after[0]
    return values[0]


_MONTHS = row("january february march april may june july august september october november december")


def date(utterance: Utterance, *, asked: bool) -> str | None:
    """A date: as written in ISO form, or the words themselves ("tomorrow", "October twelfth")."""
    if found := re.search(r"\d{4}-\d{2}-\d{2}", utterance.text):
        return found.group()
    named = re.search(
        rf"\b(today|tomorrow|(?:next |this )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|"
        rf"(?:{'|'.join(_MONTHS)})\s+[\w]+(?:\s+(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))?)\b",
        utterance.text,
        re.IGNORECASE,
    )
    if named:
        return named.group(1)
    return without_opener(utterance.text) if asked else None


def clock_time(utterance: Utterance, *, asked: bool) -> str | None:
    """A time as HH:MM where it can be told, else the words."""
    if found := re.search(r"\b(\d{1,2})[:.](\d{2})\s*(am|pm|a\.m\.|p\.m\.)?", utterance.text, re.IGNORECASE):
        hour, minute = int(found.group(1)), int(found.group(2))
        later = (found.group(3) or "").lower().startswith("p") and hour < 12
        return f"{hour + 12 * later:02d}:{minute:02d}"
    if found := re.search(
        r"\b(\w+)(?:\s+(thirty|fifteen|forty five))?\s*(a\.? ?m|p\.? ?m|o'?clock|in the \w+)\b", fold(utterance.text)
    ):
        hours = numbers_in(found.group(1))
        if hours:
            hour = int(hours[0])
            minutes = numbers_in(found.group(2) or "") or [0.0]
            later = (found.group(3).startswith("p") or found.group(3).endswith(("afternoon", "evening"))) and hour < 12
            return f"{hour + 12 * later:02d}:{int(minutes[0]):02d}"
    return without_opener(utterance.text) if asked else None


def flag(utterance: Utterance, parameter: str) -> bool | None:
    """True when the parameter's own words are said; None otherwise."""
    wanted = [w for w in name_words(parameter) if w not in STOP_WORDS]
    return (
        True if wanted and all(any(likeness(w, said) >= 0.85 for said in utterance.all_words) for w in wanted) else None
    )
