"""Results said aloud: short sentences, never JSON."""

import re
from collections.abc import Mapping

from local.model_server.brain.concepts import Profile, concepts_of, name_words, said_of
from local.model_server.brain.knowledge import Knowledge
from local.model_server.brain.outcomes import Outcome
from local.model_server.brain.parameters import Kind, kind_of
from local.model_server.brain.tasks import Task
from local.model_server.brain.thesaurus import PAST
from local.model_server.brain.words import number_words
from local.model_server.conversation import Function, JsonValue

_MOST_READ = 4


def listed(names: list[str]) -> str:
    """Names as one speaks them: "Ann, Bob and Carol"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def ability(function: Function) -> str:
    """What a function does, as the end of "I can ..."."""
    said = re.sub(
        r"\s*\(.*?\)|,? (?:as told|grouped|for the|such as|whose|that contain|of the workspace|that was sent).*$",
        "",
        said_of(function),
    ).strip(" .")
    said = said or " ".join(name_words(function.name))
    return said[:1].lower() + said[1:]


def abilities(profiles: tuple[Profile, ...], most: int = 4) -> str:
    """The first few things that can be done, the acting ones first."""
    ranked = sorted(profiles, key=lambda p: (p.action in ("login", "status", "identify"), p.reads_only))
    chosen = [ability(p.function) for p in ranked[:most]]
    return chosen[0] if len(chosen) == 1 else f"{', '.join(chosen[:-1])} or {chosen[-1]}" if chosen else ""


def trouble(task: Task, outcome: Outcome, knowledge: Knowledge) -> str:
    """A failure in words a person understands."""
    said = re.sub(r"^\s*(?:error(?: during execution)?\s*:?)\s*", "", outcome.trouble or "", flags=re.IGNORECASE)
    said = re.sub(r"User ID '?(\w+)'?", lambda m: knowledge.name_of_id(m.group(1)) or "that user", said)
    said = re.sub(r"[{}\[\]\"'_]+", " ", said).strip(" .")
    if outcome.needs_login:
        return "I could not do that because you are not logged in."
    if task.profile.action == "follow" and "refused" in said:
        return f"You already follow {_object_name(task, knowledge) or 'that account'}."
    if task.profile.action == "unfollow" and "refused" in said:
        return f"You do not follow {_object_name(task, knowledge) or 'that account'}."
    if task.profile.action == "login":
        return "I could not log you in. Please check the name and the password."
    return f"Sorry, that did not work: {said[:1].lower() + said[1:]}." if said else "Sorry, that did not work."


def tell(task: Task, knowledge: Knowledge) -> str:
    """The result of a finished task."""
    if task.outcome is not None and task.outcome.trouble is not None:
        return trouble(task, task.outcome, knowledge)
    action = task.profile.action
    output = task.output
    if action == "login":
        name = knowledge.self_name
        return f"You are logged in{', ' + name if name else ''}."
    if action in PAST and not task.profile.reads_only:
        return _done(task, knowledge)
    return _read(output, task, knowledge) or "That is done."


def _object_name(task: Task, knowledge: Knowledge) -> str | None:
    """The person a call was about, by name."""
    for parameter, value in task.arguments.items():
        kind = kind_of(task.function, parameter)
        if kind is Kind.PERSON_ID:
            return knowledge.name_of_id(value)
        if kind is Kind.PERSON:
            return _say(value)
    return None


def _done(task: Task, knowledge: Knowledge) -> str:
    action, person = task.profile.action, _object_name(task, knowledge)
    things = concepts_of(list(name_words(task.function.name)))
    if action == "send":
        return f"I sent your message to {person}." if person else "Your message is sent."
    if action == "delete" and things.get("message", 0) >= 0.9:
        return f"I deleted your last message to {person}." if person else "I deleted the message."
    if action == "add":
        return f"I added {person}." if person else "It is added."
    if action == "post":
        text = next((v for p, v in task.arguments.items() if kind_of(task.function, p) is Kind.TEXT), None)
        return (
            f"Your post is up. It says: {_say(text)}."
            if isinstance(text, str) and len(text) < 80
            else "Your post is up."
        )
    if action == "repost":
        already = "already" in str(task.output).lower()
        return "You had already shared that post." if already else "I shared that post."
    if action == "comment":
        return "Your comment is posted."
    if action in ("follow", "unfollow"):
        return f"You {'now' if action == 'follow' else 'no longer'} follow {person or 'that account'}."
    if action == "mention":
        people = next((v for p, v in task.arguments.items() if isinstance(v, list)), [])
        return f"I mentioned {listed([_say(p) for p in people])}." if people else "They are mentioned."
    thing = next(
        (c for c, w in sorted(things.items(), key=lambda e: -e[1]) if w >= 0.9 and c != action and ":" not in c), None
    )
    values = [_say(v) for v in task.arguments.values() if isinstance(v, str) and len(v) < 40][:2]
    tail = f": {', '.join(values)}" if values else ""
    return f"Done. I have {PAST[action or 'set']} the {(thing or 'item').replace('_', ' ')}{tail}."


def _say(value: JsonValue) -> str:
    """A value without signs that a voice would stumble over."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and 0 <= value < 100:
        return number_words(str(value))
    return re.sub(r"\s+", " ", re.sub(r"[@#_{}\[\]\"]+", " ", str(value))).strip(" .")


def _read(output: JsonValue, task: Task, knowledge: Knowledge) -> str:
    if isinstance(output, Mapping) and len(output) == 1:
        key, value = next(iter(output.items()))
        if isinstance(value, list):
            return _read_list(value, str(key), knowledge)
        if isinstance(value, Mapping):
            return _read_mapping(value, str(key), knowledge)
        if key == "login_status":
            return "You are logged in." if value else "You are not logged in yet."
    if isinstance(output, list):
        return _read_list(output, task.function.name, knowledge)
    if isinstance(output, Mapping):
        if "user_id" in output and task.profile.action == "identify":
            name = _object_name(task, knowledge) or _say(output.get("user", "the user"))
            return f"The user id of {name} is {' '.join(str(output['user_id']))}."
        if any(isinstance(output.get(k), str) for k in ("content", "message", "text")) and "id" in output:
            return _record(output, knowledge)
        return _read_mapping(output, "", knowledge)
    return f"The answer is: {_say(output)}." if output not in (None, "") else ""


def _read_list(values: list[JsonValue], key: str, knowledge: Knowledge) -> str:
    thing = _things(key)
    if not values:
        return f"I found no {thing}."
    if all(isinstance(v, str | int | float) for v in values):
        names = [_say(v) for v in values]
        shown = listed(names[:8]) + (f", and {len(names) - 8} more" if len(names) > 8 else "")
        if "follow" in key:
            return f"You follow {_count(len(names), 'account')}: {shown}."
        return f"There {'is' if len(names) == 1 else 'are'} {_count(len(names), thing)}: {shown}."
    records = [v for v in values if isinstance(v, Mapping)]
    opening = f"I found {_count(len(records), thing)}."
    more = f" And {_count(len(records) - _MOST_READ, 'more')}." if len(records) > _MOST_READ else ""
    return " ".join([opening, *(_record(r, knowledge) for r in records[:_MOST_READ])]) + more


def _record(record: Mapping[str, JsonValue], knowledge: Knowledge) -> str:
    text = next(
        (
            record[k]
            for k in ("content", "message", "text", "comment", "title", "name")
            if isinstance(record.get(k), str)
        ),
        None,
    )
    who = record.get("username") or record.get("author") or record.get("sender")
    receiver = record.get("receiver_id")
    if text is not None and who:
        return f"{_say(who)} wrote: {_say(text)}."
    if text is not None and receiver is not None:
        return f"To {knowledge.name_of_id(receiver) or 'someone'}: {_say(text)}."
    if text is not None and set(record) <= {"id", "content", "message", "text"}:
        return f"{_say(text)}."
    parts = [
        f"{' '.join(name_words(str(k)))} {_say(v)}"
        for k, v in record.items()
        if not _is_id(k) and isinstance(v, str | int | float)
    ]
    return (", ".join(parts[:5])).capitalize() + "." if parts else ""


def _is_id(key: object) -> bool:
    return str(key) == "id" or str(key).endswith("_id")


def _read_mapping(values: Mapping[str, JsonValue], key: str, knowledge: Knowledge) -> str:
    if values and all(isinstance(v, list) for v in values.values()):
        parts = [
            f"To {knowledge.name_of_id(k) or k}: {listed([_say(t) for t in v[-2:]])}." for k, v in values.items() if v
        ]
        return " ".join(parts[:_MOST_READ]) or f"I found no {_things(key)}."
    if not values:
        return f"I found no {_things(key)}."
    parts = [
        f"{' '.join(name_words(str(k)))}: {_say(v)}"
        for k, v in values.items()
        if isinstance(v, str | int | float) and not (_is_id(k) and len(values) > 1)
    ]
    if not parts:
        inner = [v for v in values.values() if isinstance(v, Mapping)]
        return _read_mapping(inner[0], key, knowledge) if inner else ""
    return listed(parts[:6]).capitalize() + "."


def _things(key: str) -> str:
    words = [w for w in name_words(key) if w not in ("list", "get", "all", "search", "view", "matching", "show")]
    thing = words[-1] if words else "results"
    thing = {
        "tweets": "posts",
        "tweet": "posts",
        "user": "people",
        "users": "people",
        "results": "matching messages",
        "sent": "messages",
    }.get(thing, thing)
    return thing if thing.endswith("s") or thing == "people" else f"{thing}s"


def _count(n: int, thing: str) -> str:
    singular = {"people": "person"}.get(thing, thing.removesuffix("s") if not thing.endswith("ss") else thing)
    plural = thing if thing.endswith("s") or thing in ("people", "more") else f"{thing}s"
    return f"{number_words(str(n)) if n < 100 else n} {singular if n == 1 else plural}"
