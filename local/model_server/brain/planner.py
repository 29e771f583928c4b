"""The next step of a task: a prerequisite call, a question, or the call itself."""

import re
from dataclasses import dataclass

from local.model_server.brain import slots
from local.model_server.brain.concepts import Profile, concepts_of, name_words
from local.model_server.brain.intents import Repertoire
from local.model_server.brain.knowledge import Knowledge, Record
from local.model_server.brain.parameters import Kind, kind_of, question_for
from local.model_server.brain.tasks import Ask, Step, Task
from local.model_server.brain.utterance import Utterance
from local.model_server.brain.wordlist import word_set
from local.model_server.brain.words import fold, likeness, numbers_in, ordinal_in, stem, words_of, written_from_spoken
from local.model_server.conversation import CallWish, JsonValue

MOST_CALLS = 10
"""A task that has made so many calls without an end is given up."""


@dataclass(frozen=True, slots=True)
class Found:
    value: JsonValue


Resolution = Found | CallWish | Ask | None


class Planner:
    """Plans against one repertoire and one state of knowledge; changes neither."""

    def __init__(self, repertoire: Repertoire, knowledge: Knowledge) -> None:
        self._repertoire = repertoire
        self._knowledge = knowledge

    def next_step(self, task: Task) -> Step | None:
        """What to do now; None when nothing more can be tried."""
        if len(task.calls) >= MOST_CALLS:
            return None
        if (login := self._login_first(task)) is not None:
            return login
        arguments: dict[str, JsonValue] = {}
        for parameter in task.function.properties:
            required = parameter in task.function.required
            found = self._resolve(task, parameter, required=required)
            if isinstance(found, CallWish):
                if not task.has_called(found):
                    return found
                found = None
            if isinstance(found, Ask):
                return found
            if isinstance(found, Found):
                arguments[parameter] = found.value
            elif required:
                return Ask(parameter, question_for(task.function, parameter))
        return CallWish(task.function.name, arguments)

    # -- prerequisites -------------------------------------------------------------------------------------------

    def login_for(self, profile: Profile) -> Profile | None:
        """The offered login function of the same domain, if there is one."""
        logins = [p for p in self._repertoire.profiles if p.action == "login"]
        belongs = _domain(profile)
        if belongs:
            same = [p for p in logins if _domain(p) == belongs]
            if same or any(_domain(p) for p in logins):
                return same[0] if same else None
        if len(logins) == 1:
            return logins[0]
        return next((p for p in logins if set(p.weights) & set(profile.weights) - {"user"}), None)

    def _login_first(self, task: Task) -> Step | None:
        refused = task.outcome is not None and task.outcome.needs_login
        if task.profile.action in ("login", "logout", "status", "identify") or (
            task.profile.reads_only and not refused
        ):
            return None
        login = self.login_for(task.profile)
        if login is None or login.function.name in self._knowledge.logged_in:
            return None
        sub = Task(
            login,
            Utterance("", "", None),
            answers=task.answers,
            corrected=task.corrected,
            unfound=task.unfound,
            calls=task.calls,
        )
        step = self.next_step(sub)
        if isinstance(step, Ask):
            return step if refused else None
        if step is not None and task.has_called(step):
            return None
        return step

    # -- values --------------------------------------------------------------------------------------------------

    def _resolve(self, task: Task, parameter: str, *, required: bool) -> Resolution:
        answer = task.answers.get(parameter)
        sources = [(answer, True)] if answer is not None else []
        sources.append((task.heard, False))
        for utterance, asked in sources:
            found = self._value(task, parameter, utterance, asked=asked, required=required)
            if found is not None:
                return found
        return self._from_identity(task, parameter) if required else None

    def _value(self, task: Task, parameter: str, heard: Utterance, *, asked: bool, required: bool) -> Resolution:
        function = task.function
        kind = kind_of(function, parameter)
        if kind in (Kind.PERSON, Kind.PERSON_ID):
            return self._person(task, parameter, heard, asked=asked, required=required)
        if kind is Kind.RECORD_ID:
            return self._record_id(task, parameter, heard, asked=asked)
        if kind is Kind.PEOPLE:
            return self._people(task, parameter, heard, asked=asked, required=required)
        if kind is Kind.CHOICE:
            value: JsonValue = slots.choice(heard, list(function.properties[parameter].get("enum", ())))
        elif kind is Kind.TEXT:
            value = slots.free_text(heard, function, asked=asked) if required or heard.quoted else None
        elif kind is Kind.KEYWORD:
            value = slots.keyword(heard, asked=asked)
        elif kind is Kind.CREDENTIAL:
            value = slots.secret(heard, " ".join(name_words(parameter)), asked=asked)
        elif kind is Kind.TAGS:
            value = slots.tags_in(heard) or ([heard.text] if asked else None)
        elif kind is Kind.NUMBER:
            amount = slots.number(heard, parameter)
            whole = str(function.properties[parameter].get("type", "")).lower() == "integer"
            value = (
                None
                if amount is None or not (required or _names_it(parameter, heard))
                else int(amount)
                if whole
                else amount
            )
        elif kind is Kind.DATE:
            value = slots.date(heard, asked=asked)
        elif kind is Kind.TIME:
            value = slots.clock_time(heard, asked=asked)
        elif kind is Kind.FLAG:
            value = slots.flag(heard, parameter)
        elif kind is Kind.NAMES:
            said = slots.phrase(heard, parameter, asked=asked)
            value = re.split(r"\s*,\s*|\s+and\s+", said) if said else None
        else:
            value = slots.phrase(heard, parameter, asked=asked) if required or _names_it(parameter, heard) else None
        return None if value is None else Found(value)

    def _from_identity(self, task: Task, parameter: str) -> Resolution:
        """What the system prompt says about the person; for the person's own login only, never as a receiver."""
        label = " ".join(name_words(parameter)).replace("user name", "username")
        if task.profile.action != "login" and kind_of(task.function, parameter) in (Kind.PERSON, Kind.PERSON_ID):
            return None
        for same in (label, *(("account", "handle") if label == "username" else ())):
            if (value := self._knowledge.credentials.get(same)) is not None:
                return Found(value)
        if task.profile.action == "login" and self._knowledge.self_name is not None:
            if kind_of(task.function, parameter) is Kind.PERSON:
                return Found(self._knowledge.self_name)
            if kind_of(task.function, parameter) is Kind.PERSON_ID:
                return self._id_of(task, parameter, self._knowledge.self_name)
        return None

    def _person(self, task: Task, parameter: str, heard: Utterance, *, asked: bool, required: bool) -> Resolution:
        knowledge = self._knowledge
        wants_id = kind_of(task.function, parameter) is Kind.PERSON_ID
        if not required and not asked:
            return None
        if (found := re.search(r"\b([A-Za-z]{2,4}\d{2,})\b", heard.text)) and wants_id:
            return Found(found.group(1).upper())
        spoken = re.search(
            r"\b((?:[a-z] ){2,4}(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b ?){2,})", fold(heard.text)
        )
        if wants_id and spoken:
            return Found(written_from_spoken(spoken.group(1).replace(" oh", " zero")).upper())
        if task.profile.action == "login":
            labelled = re.search(
                r"\b(?:user ?name|handle) (?:is )?(\S.*?)(?=\s+(?:and|with)\b|\s+(?:my )?password|[,.]|$)",
                heard.text,
                re.IGNORECASE,
            )
            if labelled and not wants_id:
                said = labelled.group(1)
                known = knowledge.username
                if known is not None and likeness(written_from_spoken(said).casefold(), known.casefold()) >= 0.7:
                    return Found(known)
                return Found(knowledge.person_named(said) or slots.as_username(said, self._knowledge))
            if not asked and not re.search(r"\bas\b", heard.text, re.IGNORECASE):
                return None
            if not asked and "username" in name_words(parameter) and knowledge.username is not None:
                return None
        mentions = slots.people_in(heard, knowledge, asked=asked)
        if heard.told and not asked:
            inside = knowledge.person_named(heard.told)
            told = slots.Mention(inside or heard.told, inside is not None, 0, 1, 1.0)
            mentions = [m for m in mentions if m.name == inside] or [told]
        others = [m for m in mentions if m.name != knowledge.self_name] if task.profile.action != "login" else mentions
        name = None
        if others or mentions:
            mention = max(others or mentions, key=lambda m: (_led(m, heard), m.score))
            if (
                not mention.known
                and (listing := self._told_by(task, parameter)) is not None
                and not task.has_called(listing)
            ):
                return listing
            name = mention.name if mention.known else self._shape_name(task, parameter, mention.name)
        elif (
            re.search(r"\b(?:my|me|i|mine)\b", fold(heard.command))
            and knowledge.username is not None
            and task.profile.reads_only
        ):
            name = knowledge.username
        elif re.search(
            r"\b(?:him|her|them|he|she|they|same person|that (?:user|person)|the author)\b", fold(heard.command)
        ):
            name = knowledge.person_in_focus
        if name is None:
            return None
        name = task.corrected.get(fold(name), name)
        return self._id_of(task, parameter, name) if wants_id else self._check_name(task, parameter, name)

    def _told_by(self, task: Task, parameter: str) -> CallWish | None:
        """The offered function without arguments that the parameter's description refers to for its values."""
        described = str(task.function.properties[parameter].get("description", ""))
        for profile in self._repertoire.profiles:
            if profile.function.name in described and not profile.function.required:
                return CallWish(profile.function.name, {})
        return None

    def _shape_name(self, task: Task, parameter: str, heard: str) -> str:
        handles = any("_" in p for p in self._knowledge.people) or "username" in parameter
        if handles and task.profile.action != "add":
            return self._knowledge.person_named(heard) or slots.as_username(heard, self._knowledge)
        return heard.title()

    def _check_name(self, task: Task, parameter: str, name: str) -> Resolution:
        if fold(name) in task.unfound:
            return self._unfound(task, parameter, name)
        return Found(name)

    def _unfound(self, task: Task, parameter: str, name: str) -> Resolution:
        near = task.unfound[fold(name)]
        if near:
            return Ask(parameter, f"I could not find {name}. Did you mean {_either(list(near[:3]))}?")
        return Ask(parameter, f"I could not find {name}. Could you say the name again?")

    def _id_of(self, task: Task, parameter: str, name: str) -> Resolution:
        knowledge = self._knowledge
        if (known := knowledge.ids_of.get(fold(name))) is not None:
            return Found(known)
        wish = self._lookup_call("identify", "user", {Kind.PERSON: name})
        listing = self._lookup_call("list", "user", {})
        if fold(name) in task.unfound:
            if listing is not None and not task.has_called(listing):
                return listing
            return self._unfound(task, parameter, name)
        if wish is not None and not task.has_called(wish):
            return wish
        if listing is not None and not task.has_called(listing):
            return listing
        return Found(name) if wish is None else self._unfound_any(parameter, name)

    @staticmethod
    def _unfound_any(parameter: str, name: str) -> Resolution:
        return Ask(parameter, f"I could not find {name}. Could you say the name again?")

    def _lookup_call(self, action: str, thing: str, values: dict[Kind, str]) -> CallWish | None:
        """A call of an offered function with this action on this thing that needs nothing but ``values``."""
        for profile in self._repertoire.profiles:
            if profile.action != action or profile.weights.get(thing, 0) < 0.3:
                continue
            kinds = {p: kind_of(profile.function, p) for p in profile.function.required}
            if all(k in values for k in kinds.values()) and (not values or kinds):
                return CallWish(profile.function.name, {p: values[k] for p, k in kinds.items()})
        return None

    def _people(self, task: Task, parameter: str, heard: Utterance, *, asked: bool, required: bool) -> Resolution:
        text = heard.text
        if not required and not asked:
            cue = re.search(r"\b(?:mention(?:ing|s)?|shout ?out to|tagging)\b|@", text, re.IGNORECASE)
            if not cue:
                return None
            text = text[cue.start() :]
        part = Utterance(text, text, None)
        names = [
            m.name if m.known else slots.as_username(m.name, self._knowledge)
            for m in slots.people_in(part, self._knowledge, asked=asked)
        ]
        if not names:
            return None
        described = str(task.function.properties[parameter].get("description", ""))
        return Found([f"@{n.lstrip('@')}" for n in names] if "start with @" in described else names)

    # -- records -------------------------------------------------------------------------------------------------

    def _record_id(self, task: Task, parameter: str, heard: Utterance, *, asked: bool) -> Resolution:
        thing = [w for w in name_words(parameter) if w not in ("id", "ids")]
        text = heard.text if asked else heard.command
        words = words_of(text)
        explicit = re.search(r"\b(?:id|number)\s+(?:is\s+)?(\w+(?: \w+)?)", fold(text))
        if explicit and (values := numbers_in(explicit.group(1))):
            return Found(_typed(task, parameter, values[0]))
        owner = self._owner(task, heard, asked=asked)
        records = [r for r in self._knowledge.records if _is_of(r, thing)]
        shown = [r for r in self._knowledge.latest if _is_of(r, thing)]
        if owner is not None:
            owned = [r for r in records if r.owner is not None and fold(r.owner) == fold(owner)]
            lookup = self._records_of(thing, owner)
            if lookup is not None and not task.has_called(lookup) and not (owned and self._has_listed(lookup)):
                return lookup
            shown = records = owned
        which = ordinal_in(words)
        about = re.search(
            r"\b(?:about|on(?! (?:that|it|this)\b)|with|that says|saying|mentioning|containing|where)\s+(\S.*)$",
            text,
            re.IGNORECASE,
        )
        if about and (match := _about(records, about.group(1))) is not None:
            return Found(_id(match, parameter))
        if (
            about
            and not asked
            and owner is None
            and not re.search(r"\b(?:it|that|this)\b", fold(text[: about.start()]))
        ):
            search = self._search_for(thing, about.group(1))
            if search is not None and not task.has_called(search) and _content(about.group(1)):
                return search
        pool = shown or records
        if which is not None and pool and (which == -1 or which <= len(pool)):
            chosen = max(pool, key=lambda r: _order(r, parameter)) if which == -1 else pool[which - 1]
            return Found(_id(chosen, parameter))
        if self._knowledge.focus is not None and owner is None and _is_of(self._knowledge.focus, thing):
            return Found(_id(self._knowledge.focus, parameter))
        if (match := _about(pool, text)) is not None:
            return Found(_id(match, parameter))
        if len(pool) == 1 or (pool and owner is not None):
            return Found(_id(max(pool, key=lambda r: _order(r, parameter)), parameter))
        bare = re.fullmatch(r".*?\b(\w+)", fold(text))
        if (asked or bare) and (values := numbers_in(text)) and (asked or not pool):
            return Found(_typed(task, parameter, values[0]))
        return None

    def _owner(self, task: Task, heard: Utterance, *, asked: bool) -> str | None:
        """Whose record is meant: "my last post", "the post by Tech Guru", "Alice's post"."""
        text = fold(heard.command or heard.text)
        others = [p for p in task.function.properties if kind_of(task.function, p) in (Kind.PEOPLE, Kind.PERSON)]
        mentions = slots.people_in(heard, self._knowledge, asked=asked)
        if others:
            # Then a name may be the one to mention; only possession or authorship makes it the record's owner.
            mentions = [m for m in mentions if _possessive(m, heard)]
        if mentions:
            first = mentions[0]
            return first.name if first.known else slots.as_username(first.name, self._knowledge)
        if re.search(r"\bmy\b (?:\w+ ){0,2}(?:post|tweet|last|latest|message)", text):
            return self._knowledge.username or self._knowledge.self_name
        if re.search(r"\b(?:his|her|their)\b", text):
            return self._knowledge.person_in_focus
        return None

    def _records_of(self, thing: list[str], owner: str) -> CallWish | None:
        for concept in _concepts_for(thing):
            for action in ("view", "list"):
                if (wish := self._lookup_call(action, concept, {Kind.PERSON: owner})) is not None:
                    return wish
        return None

    def _search_for(self, thing: list[str], words: str) -> CallWish | None:
        content = _content(words)
        if not content:
            return None
        for concept in _concepts_for(thing):
            if (wish := self._lookup_call("search", concept, {Kind.KEYWORD: max(content, key=len)})) is not None:
                return wish
        return None

    def _has_listed(self, lookup: CallWish) -> bool:
        """Whether what this call would show has just been shown."""
        shown = self._knowledge.latest
        owner = next(iter(lookup.arguments.values()), None)
        return bool(shown) and all(r.owner is not None and fold(r.owner) == fold(str(owner)) for r in shown)


def _domain(profile: Profile) -> str | None:
    found = re.match(r"\s*(?:This tool )?belongs to the (\w+)", profile.function.description)
    return found.group(1) if found else None


def _names_it(parameter: str, heard: Utterance) -> bool:
    return any(likeness(w, said) >= 0.85 for w in name_words(parameter) for said in heard.words if len(w) > 2)


def _led(mention: slots.Mention, heard: Utterance) -> int:
    before = heard.words[mention.position - 1] if mention.position > 0 and mention.position <= len(heard.words) else ""
    return {
        "to": 2,
        "tell": 2,
        "message": 2,
        "text": 2,
        "send": 2,
        "add": 3,
        "called": 4,
        "named": 4,
        "for": 1,
        "as": 2,
        "follow": 2,
        "unfollow": 2,
    }.get(before, 0)


def _possessive(mention: slots.Mention, heard: Utterance) -> bool:
    last = heard.words[min(mention.position + mention.length, len(heard.words)) - 1]
    before = heard.words[mention.position - 1] if mention.position else ""
    return last.endswith("'s") or before in ("by", "from", "of")


def _typed(task: Task, parameter: str, value: float) -> JsonValue:
    declared = str(task.function.properties[parameter].get("type", "string")).lower()
    return int(value) if declared in ("integer", "number") else str(int(value))


def _is_of(record: Record, thing: list[str]) -> bool:
    if not thing:
        return True
    keys = {stem(w) for k in record.ids for w in name_words(k)}
    if any(f"{t}_id" in record.ids or stem(t) in keys for t in thing):
        return True
    return "id" in record.ids and any(stem(t) in {stem(w) for w in record.kind.split()} for t in thing)


def _id(record: Record, parameter: str) -> JsonValue:
    return record.ids.get(parameter, record.ids.get("id", next(iter(record.ids.values()))))


def _order(record: Record, parameter: str) -> tuple[int, str]:
    value = _id(record, parameter)
    return (value, "") if isinstance(value, int) else (0, str(value))


_EMPTY = word_set("the a an of to on in with about that says saying post tweet message retweet comment reply one it")


def _content(text: str) -> list[str]:
    return [w for w in words_of(text) if w not in _EMPTY and len(w) > 2]


def _about(records: list[Record], words: str) -> Record | None:
    """The one record that shares most words with what was said of it."""
    wanted = _content(words)
    if not wanted:
        return None
    scored: list[tuple[float, int]] = []
    for i, record in enumerate(records):
        said = words_of(record.text) + [
            w.lstrip("#") for t in record.fields.get("tags", []) or [] for w in words_of(str(t))
        ]
        hits = sum(max((likeness(w, s) for s in said), default=0) >= 0.84 for w in wanted)
        scored.append((hits / len(wanted), i))
    scored.sort(key=lambda s: (-s[0], -s[1]))
    if (
        not scored
        or scored[0][0] < 0.34
        or (len(scored) > 1 and scored[1][0] == scored[0][0] and records[scored[0][1]].ids == {})
    ):
        return None
    return records[scored[0][1]]


def _concepts_for(thing: list[str]) -> list[str]:
    return [c for c, w in sorted(concepts_of(thing).items(), key=lambda e: -e[1]) if w >= 0.5]


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
