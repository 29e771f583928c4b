"""What the brain knows from the system prompt and from results: people, their ids, records, who the user is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from local.model_server.brain.concepts import name_words
from local.model_server.brain.wordlist import word_set
from local.model_server.brain.words import fold, likeness, spoken_form, words_of
from local.model_server.conversation import JsonValue

_LABELLED = re.compile(
    r"\b(user ?name|user ?id|password|pass ?code|passphrase|pin|log-?in id|e-?mail|account(?: number| id)|"
    r"handle|account|access token|card id|card number|[a-z]+[ _]id)\b"
    r"(?:\s+(?:is|are|as|of))?\s*[:=]?\s*[\"'“`]?([\w@#$%&!.\-+*^]+)[\"'”`]?",
    re.IGNORECASE,
)
_NAME_SENTENCE = re.compile(
    r"(?:user(?:'s name)? is(?: called| named)?|you are (?:helping|assisting|talking (?:to|with)|speaking with)|"
    r"on behalf of|helping|assisting|named|called|name is|name:)\s+([A-Z][a-z]+(?: [A-Z][a-z]+)?)"
)
_NOT_VALUES = word_set("is are the a an and or of for to in on with your their his her my be will when if not")
_PERSON_KEYS = word_set(
    "user users username user_name name names sender receiver recipient contact contacts author people "
    "following followers attendee attendees member members friend friends user_list following_list"
)
_TEXT_KEYS = ("content", "message", "text", "comment", "body", "title", "name", "subject", "description", "summary")
_NO_NAMES = word_set(
    "You The This They If When Your Be Always Never Do Use Help User Scenario Respond Note Please Their It He "
    "She As Only Keep Ask For And But With At On In A An Before After Assistant Voice I Tool Tools Message "
    "Workspace"
)


@dataclass(slots=True)
class Record:
    """Something with an identifier that a result showed."""

    kind: str
    ids: dict[str, JsonValue]
    text: str
    fields: Mapping[str, JsonValue]
    owner: str | None = None


@dataclass(slots=True)
class Knowledge:
    credentials: dict[str, str] = field(default_factory=dict)
    """Folded label ("username", "user id") -> value as written."""
    self_name: str | None = None
    people: list[str] = field(default_factory=list)
    ids_of: dict[str, JsonValue] = field(default_factory=dict)
    """Folded name -> id."""
    records: list[Record] = field(default_factory=list)
    latest: list[Record] = field(default_factory=list)
    """What the last result that held records held, in its order: what "the first one" points into."""
    focus: Record | None = None
    logged_in: set[str] = field(default_factory=set)
    person_in_focus: str | None = None

    @property
    def username(self) -> str | None:
        """The account name of the person who talks, where the prompt tells it."""
        return next((self.credentials[k] for k in ("username", "account", "handle") if k in self.credentials), None)

    # -- reading -------------------------------------------------------------------------------------------------

    def person_named(self, spoken: str, *, at_least: float = 0.75) -> str | None:
        """The one known person whose name was probably said; None when nobody or two are equally near."""
        ranked = sorted(((self._name_score(p, spoken), p) for p in self.people), reverse=True)
        if not ranked or ranked[0][0] < at_least:
            return None
        if len(ranked) > 1 and ranked[1][0] >= ranked[0][0] - 0.03 and ranked[0][0] < 0.99:
            return None
        return ranked[0][1]

    @staticmethod
    def _name_score(person: str, spoken: str) -> float:
        written, said = spoken_form(person).replace(" ", ""), spoken_form(spoken).replace(" ", "")
        first = spoken_form(person).split(" ", maxsplit=1)[0]
        whole = likeness(written, said)
        return max(whole, likeness(first, said) - 0.04) if "_" not in person else whole

    def name_of_id(self, identifier: JsonValue) -> str | None:
        return next((self._as_written(n) for n, i in self.ids_of.items() if i == identifier), None)

    def _as_written(self, folded: str) -> str:
        return next((p for p in self.people if fold(p) == folded), folded.title())

    # -- learning ------------------------------------------------------------------------------------------------

    def read_prompt(self, text: str, *, no_names: frozenset[str] = frozenset()) -> None:
        """Takes credentials and names from a system prompt; the first value of a label stands.

        ``no_names`` holds words that look like account names and are none (those of functions).
        """
        for label, value in _LABELLED.findall(text):
            clean = value.strip(".,;:!") or value
            if fold(clean) in _NOT_VALUES or len(clean) < 2:
                continue
            self.credentials.setdefault(" ".join(name_words(label.replace("user name", "username"))), clean)
        if (found := _NAME_SENTENCE.search(text)) and self.self_name is None:
            first = found.group(1).split()[0]
            if first not in _NO_NAMES:
                self.self_name = found.group(1)
                self.add_person(found.group(1))
        for word in re.findall(r"(?<=[a-z,:(\"'@] )@?([A-Z][a-z]+)\b|\b(\w+_\w+)\b", text):
            name = word[0] or word[1]
            if name and name not in _NO_NAMES and name not in no_names and "_id" not in name:
                self.add_person(name)

    def add_person(self, name: str) -> None:
        if name and len(name) < 40 and fold(name) not in {fold(p) for p in self.people}:
            self.people.append(name)

    def learn(self, function: str, arguments: Mapping[str, JsonValue], output: JsonValue) -> None:
        """Takes people, ids and records from a successful result."""
        words = name_words(function)
        for key, value in _pairs(output):
            if key in _PERSON_KEYS:
                for name in value if isinstance(value, list) else [value]:
                    if isinstance(name, str) and name and not re.fullmatch(r"[A-Z]{2,4}\d+", name):
                        self.add_person(name.lstrip("@"))
        if isinstance(output, Mapping):
            self._learn_ids(arguments, output)
        found = list(_records(output, words))
        if found:
            owner = arguments.get("username")
            for record in found:
                author = record.fields.get("username")
                record.owner = author if isinstance(author, str) else (owner if isinstance(owner, str) else None)
            self.latest = found
            known = {(r.kind, str(r.ids)): i for i, r in enumerate(self.records)}
            for record in found:
                at = known.get((record.kind, str(record.ids)))
                if at is None:
                    self.records.append(record)
                else:
                    self.records[at] = record
            self.focus = found[0] if len(found) == 1 else None

    def _learn_ids(self, arguments: Mapping[str, JsonValue], output: Mapping[str, JsonValue]) -> None:
        names = [v for k, v in arguments.items() if fold(k) in _PERSON_KEYS and isinstance(v, str)]
        identifier = output.get("user_id") or output.get("contact_id")
        if len(names) == 1 and identifier is not None:
            self.ids_of[fold(names[0])] = identifier
            self.add_person(names[0])
        for value in output.values():
            if isinstance(value, Mapping) and value and all(isinstance(v, str | int) for v in value.values()):
                pairs = [(k, v) for k, v in value.items() if isinstance(v, str) and re.fullmatch(r"[A-Z]{2,4}\d+", v)]
                for name, user_id in pairs:
                    self.ids_of[fold(name)] = user_id
                    self.add_person(name)
            for entry in value if isinstance(value, list) else ():
                if isinstance(entry, Mapping):
                    name = entry.get("name") or entry.get("user_name") or entry.get("username") or entry.get("user")
                    found = entry.get("user_id") or entry.get("contact_id") or entry.get("id")
                    if isinstance(name, str) and found is not None and "content" not in entry:
                        self.ids_of[fold(name)] = found
                        self.add_person(name)

    def vocabulary(self) -> list[str]:
        """Names and words of what was shown, for the recogniser."""
        shown = [*self.people, *(record.text for record in self.records[-20:])]
        return sorted({w for text in shown for w in (*words_of(text), *spoken_form(text).split()) if w.isalpha()})


def _pairs(output: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(output, Mapping):
        for key, value in output.items():
            yield fold(str(key)), value
            yield from _pairs(value)
    elif isinstance(output, list):
        for entry in output:
            yield from _pairs(entry)


def _records(output: JsonValue, words: tuple[str, ...]) -> Iterator[Record]:
    if isinstance(output, list):
        for entry in output:
            yield from _records(entry, words)
        return
    if not isinstance(output, Mapping):
        return
    ids = {str(k): v for k, v in output.items() if (k == "id" or str(k).endswith("_id")) and isinstance(v, int | str)}
    text = next((output[k] for k in _TEXT_KEYS if isinstance(output.get(k), str)), "")
    if ids and (len(output) > len(ids)) and "error" not in output:
        yield Record(kind=" ".join(words), ids=ids, text=text, fields=output)
        return
    for value in output.values():
        if isinstance(value, list | Mapping):
            yield from _records(value, words)
