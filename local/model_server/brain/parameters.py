"""What kind of value a parameter of an offered function wants, read from its schema and its words."""

from enum import StrEnum
from functools import lru_cache

from local.model_server.brain.concepts import name_words
from local.model_server.brain.wordlist import word_set
from local.model_server.brain.words import words_of
from local.model_server.conversation import Function


class Kind(StrEnum):
    """How a value is found in speech."""

    TEXT = "text"
    PERSON = "person"
    PERSON_ID = "person_id"
    RECORD_ID = "record_id"
    KEYWORD = "keyword"
    CREDENTIAL = "credential"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    TAGS = "tags"
    PEOPLE = "people"
    NAMES = "names"
    DATE = "date"
    TIME = "time"
    PHRASE = "phrase"


_PERSON_WORDS = word_set(
    "user users username usernames receiver recipient sender contact contacts person people friend attendee "
    "attendees member invitee owner author handle"
)
_TEXT_WORDS = word_set(
    "message content text body comment note notes description resolution review caption letter answer"
)


def kind_of(function: Function, parameter: str) -> Kind:
    """The kind of a parameter; a plain phrase where nothing tells more."""
    schema = function.properties.get(parameter, {})
    return _kind(
        parameter,
        str(schema.get("type", "string")).lower(),
        bool(schema.get("enum")),
        str(schema.get("description", "")),
    )


@lru_cache(maxsize=4096)
def _kind(parameter: str, declared: str, has_choices: bool, description: str) -> Kind:
    named = name_words(parameter)
    name = set(named)
    about = set(words_of(description))
    if declared == "array":
        if name & {"tag", "tags", "hashtags", "labels"}:
            return Kind.TAGS
        return Kind.PEOPLE if (name & _PERSON_WORDS or name & {"mentions", "mentioned"}) else Kind.NAMES
    if has_choices:
        return Kind.CHOICE
    if declared == "boolean":
        return Kind.FLAG
    is_id = named[-1] in ("id", "ids") or "identifier" in name
    if is_id:
        return (
            Kind.PERSON_ID if name & _PERSON_WORDS or (named == ("id",) and about & _PERSON_WORDS) else Kind.RECORD_ID
        )
    if declared in ("integer", "number", "float"):
        return Kind.NUMBER
    if name & {"password", "passcode", "pin", "secret", "token"}:
        return Kind.CREDENTIAL
    if name & _PERSON_WORDS:
        return Kind.PERSON
    if name & {"keyword", "query", "pattern", "term", "search", "keywords"}:
        return Kind.KEYWORD
    if name & _TEXT_WORDS:
        return Kind.TEXT
    if name & {"date", "day"}:
        return Kind.DATE
    if "time" in name:
        return Kind.TIME
    return Kind.PHRASE


def question_for(function: Function, parameter: str) -> str:
    """A natural question for a missing value."""
    kind = kind_of(function, parameter)
    words = name_words(parameter)
    action = name_words(function.name)
    thing = " ".join(w for w in words if w not in ("id", "ids", "name", "number", "content")) or "one"
    if kind is Kind.TEXT:
        if "comment" in words or "comment" in action:
            return "What should the comment say?"
        if "message" in words or "message" in action:
            return "What should the message say?"
        return f"What should the {'post' if 'tweet' in action else thing} say?"
    if kind in (Kind.PERSON, Kind.PERSON_ID):
        if "receiver" in words or "recipient" in words:
            return "Who is it for?"
        if {"login", "authenticate", "authentication"} & set(action):
            return "What is your user name?"
        if "follow" in words:
            return "Which user do you mean?"
        return "Which person do you mean?"
    if kind is Kind.PEOPLE:
        return "Which people do you mean?"
    if kind is Kind.RECORD_ID:
        return f"Which {'post' if thing == 'tweet' else thing} do you mean?"
    if kind is Kind.CREDENTIAL:
        return f"What is your {' '.join(words)}?"
    if kind is Kind.KEYWORD:
        return "What should I look for?"
    if kind is Kind.DATE:
        return f"For which {' '.join(words)}?" if words != ("date",) else "For which date?"
    if kind is Kind.TIME:
        return "At what time?"
    if kind is Kind.CHOICE:
        choices = [str(c) for c in function.properties[parameter].get("enum", ())][:5]
        return (
            f"Which {' '.join(words)}: {', '.join(choices[:-1])} or {choices[-1]}?"
            if len(choices) > 1
            else (f"Which {' '.join(words)}?")
        )
    if kind is Kind.NUMBER:
        return f"What is the {' '.join(words)}?"
    return f"What is the {' '.join(words)}?"
