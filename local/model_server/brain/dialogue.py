"""The brain: replays a conversation to know where it stands, then says or calls the next thing.

It keeps nothing between requests. Because every step is a pure function of what went before, replaying the messages of
a request gives back what was being done, what was asked for and what is known.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from local.model_server.brain import smalltalk, web
from local.model_server.brain.concepts import concepts_of
from local.model_server.brain.intents import SURE, Repertoire
from local.model_server.brain.knowledge import Knowledge
from local.model_server.brain.narration import abilities, ability, tell
from local.model_server.brain.outcomes import outcome_of
from local.model_server.brain.parameters import Kind, kind_of
from local.model_server.brain.planner import Planner
from local.model_server.brain.slots import free_text, people_in
from local.model_server.brain.tasks import Ask, Task
from local.model_server.brain.utterance import gives_up, take_apart, yes_or_no
from local.model_server.brain.words import fold, likeness, words_of
from local.model_server.conversation import Called, CallWish, Conversation, Item, JsonValue, Reply, Returned, Said

NOT_HEARD = "Sorry, I did not catch that. Could you say it again?"


_STAGE_DIRECTION = re.compile(r"\s*\(.*\)\s*$", re.DOTALL)
"""What a harness says in the person's place stands in brackets; nobody speaks them."""
_GREET = re.compile(r"\b(?:greet|welcome|say hello)\b", re.IGNORECASE)


@dataclass(slots=True)
class _State:
    knowledge: Knowledge = field(default_factory=Knowledge)
    tasks: list[Task] = field(default_factory=list)
    offer: Task | None = None
    """What the last question "did you want me to ..." was about."""
    last: Task | None = None
    calls: dict[str, Called] = field(default_factory=dict)
    utterance: str | None = None
    understood: bool = True
    greet: bool = False
    """The last thing was the harness asking for a greeting."""
    note: str = ""
    said: list[str] = field(default_factory=list)
    prompt: str = ""


class Dialogue:
    """One request's view of a conversation."""

    def __init__(self, conversation: Conversation) -> None:
        own, of_web = web.split(conversation.functions)
        self._web = web.Web(of_web)
        self._conversation = conversation = replace(conversation, functions=own)
        self._repertoire = Repertoire(conversation.functions)
        self._state = _State()
        self._names = frozenset(f.name for f in conversation.functions)
        self._planner = Planner(self._repertoire, self._state.knowledge)
        for item in conversation.items:
            self._replay(item)

    @property
    def knowledge(self) -> Knowledge:
        return self._state.knowledge

    # -- what happened -------------------------------------------------------------------------------------------

    def _replay(self, item: Item) -> None:
        state = self._state
        if isinstance(item, Called) and item.function in self._web.offered:
            self._web.call(item)
        elif isinstance(item, Returned) and item.call_id in self._web.call_ids:
            self._web.take(item)
        elif isinstance(item, Called):
            state.calls[item.call_id] = item
            for task in state.tasks:
                if task.state == "open":
                    task.calls.append(CallWish(item.function, item.arguments))
                    break
        elif isinstance(item, Returned):
            self._take_result(item)
        elif item.role == "system":
            state.prompt += item.text + "\n"
            state.knowledge.read_prompt(item.text, no_names=self._names)
        elif item.role == "assistant":
            state.said.append(item.text)
            for task in state.tasks:
                task.told = task.told or task.state != "open"
        elif _STAGE_DIRECTION.match(item.text):
            state.greet = bool(_GREET.search(item.text))
        elif _has_words(item.text):
            state.greet = False
            asked = any(task.state == "open" for task in state.tasks)
            if not asked and self._web.hear(item.text):
                state.utterance, state.understood, state.note, state.tasks = item.text, True, "", []
            else:
                self._web.wish = None
                self._hear(item.text)
        elif any(isinstance(i, Said) and i.role == "user" and _has_words(i.text) for i in self._conversation.items):
            state.utterance, state.understood, state.note = "", False, NOT_HEARD
            self._web.wish = None

    def _take_result(self, item: Returned) -> None:
        state = self._state
        called = state.calls.get(item.call_id)
        function = called.function if called is not None else item.function
        arguments: Mapping[str, JsonValue] = called.arguments if called is not None else {}
        outcome = outcome_of(item.output)
        if outcome.trouble is None:
            state.knowledge.learn(function, arguments, item.output)
            profile = self._repertoire.profile(function)
            if profile is not None and profile.action == "login":
                state.knowledge.logged_in.add(function)
        wish = CallWish(function, arguments)
        for task in state.tasks:
            if task.state != "open" or not task.has_called(wish):
                continue
            if task.function.name == function:
                self._finish(task, arguments, item.output)
            else:
                self._learn_lookup(task, wish, item.output)
            break

    def _finish(self, task: Task, arguments: Mapping[str, JsonValue], output: JsonValue) -> None:
        task.outcome, task.output, task.arguments = outcome_of(output), output, arguments
        if task.outcome.trouble is None:
            if self._searches_again(task, arguments, output):
                return
            task.state = "done"
            for parameter, value in arguments.items():
                kind = kind_of(task.function, parameter)
                if kind is Kind.PERSON and isinstance(value, str):
                    self._state.knowledge.person_in_focus = value
                elif kind is Kind.PERSON_ID:
                    self._state.knowledge.person_in_focus = self._state.knowledge.name_of_id(value)
            self._focus_on(arguments)
            return
        login = self._planner.login_for(task.profile)
        if (
            task.outcome.needs_login
            and login is not None
            and login.function.name not in self._state.knowledge.logged_in
        ):
            task.calls = [c for c in task.calls if c.function != task.function.name]
            return
        names = [v for p, v in arguments.items() if kind_of(task.function, p) is Kind.PERSON and isinstance(v, str)]
        if names and (task.outcome.unknown_thing or task.outcome.candidates) and fold(names[0]) not in task.unfound:
            self._not_found(task, names[0], task.outcome.candidates)
            task.outcome = None
            return
        task.state = "failed"

    @staticmethod
    def _searches_again(task: Task, arguments: Mapping[str, JsonValue], output: JsonValue) -> bool:
        """A search for several words that found nothing is tried with its last word alone: one was heard wrongly."""
        found = next(iter(output.values()), None) if isinstance(output, Mapping) and len(output) == 1 else output
        searched = next((p for p in arguments if kind_of(task.function, p) is Kind.KEYWORD), None)
        if found not in ([], {}) or searched is None:
            return False
        tried = {str(c.arguments.get(searched)) for c in task.calls}
        words = [
            w for w in reversed(words_of(str(task.heard.text))) if len(w) > 3 and w in str(arguments[searched]).lower()
        ]
        untried = [w for w in words if w not in tried]
        if not untried or len(tried) > 2:
            return False
        task.answers[searched] = take_apart(untried[0])
        return True

    def _focus_on(self, arguments: Mapping[str, JsonValue]) -> None:
        """A record that was just acted on is what "it" means next."""
        for record in self._state.knowledge.records:
            for name, value in arguments.items():
                if name.endswith("_id") and value in (record.ids.get(name), record.ids.get("id")):
                    self._state.knowledge.focus = record

    def _learn_lookup(self, task: Task, wish: CallWish, output: JsonValue) -> None:
        outcome = outcome_of(output)
        names = [v for v in wish.arguments.values() if isinstance(v, str)]
        if outcome.trouble is not None:
            profile = self._repertoire.profile(wish.function)
            if profile is not None and profile.action == "login":
                task.outcome, task.state = outcome, "failed"
            elif names:
                self._not_found(task, names[0], outcome.candidates)
            return
        for unfound in list(task.unfound):
            if (near := self._state.knowledge.person_named(unfound, at_least=0.6)) is not None:
                task.corrected[unfound] = near
                del task.unfound[unfound]

    def _not_found(self, task: Task, name: str, candidates: tuple[str, ...]) -> None:
        """Takes the one near miss that sounds like the name, else leaves the name to be asked about."""
        for candidate in candidates:
            self._state.knowledge.add_person(candidate)
        near = sorted(((likeness(fold(name), fold(c)), c) for c in candidates), reverse=True)
        if near and near[0][0] >= 0.6 and (len(near) == 1 or near[0][0] > near[1][0] + 0.05):
            task.corrected[fold(name)] = near[0][1]
        else:
            task.unfound[fold(name)] = candidates

    # -- what was said -------------------------------------------------------------------------------------------

    def _hear(self, text: str) -> None:
        state = self._state
        state.utterance, state.understood, state.note = text, True, ""
        if state.offer is not None:
            offer, state.offer = state.offer, None
            agreed = yes_or_no(text)
            if agreed:
                state.tasks = [offer]
                return
            if agreed is False and len(words_of(text)) <= 3:
                state.note = "All right. What would you like me to do?"
                return
        waiting = next((t for t in state.tasks if t.state == "open"), None)
        if waiting is not None and gives_up(text):
            state.tasks, state.note = [], "All right, I will leave that. What would you like instead?"
            return
        if waiting is not None and self._answers(waiting, text):
            return
        if not self._conversation.functions:
            return
        if self._corrects(text):
            return
        intents = self._repertoire.understand(text, state.knowledge)
        if intents and (intents[0].score >= SURE or len(intents) > 1):
            state.tasks = [t for i in intents for t in self._tasks_of(Task(i.profile, i.utterance))]
            state.last = state.tasks[-1]
        elif intents and smalltalk.fixed_answer(text) is None and yes_or_no(text) is None:
            state.offer = Task(intents[0].profile, intents[0].utterance)
            state.tasks = []
        else:
            state.understood = False
            state.tasks = [t for t in state.tasks if t.state == "open"]

    def _tasks_of(self, task: Task) -> list[Task]:
        """One task, or one for each person where a function takes one person and several were named."""
        kinds = [kind_of(task.function, p) for p in task.function.required]
        if kinds not in ([Kind.PERSON], [Kind.PERSON_ID]) or task.profile.action == "login":
            return [task]
        people = people_in(task.heard, self._state.knowledge)
        if len(people) < 2 or not all(p.known for p in people):
            return [task]
        verb = task.function.name
        return [Task(task.profile, take_apart(f"{verb} to {p.name}")) for p in people]

    def _answers(self, task: Task, text: str) -> bool:
        """Whether the words answer what the task was waiting for; if so the task has them."""
        step = self._planner.next_step(task)
        if not isinstance(step, Ask):
            return False
        parameter, kind = step.parameter, kind_of(task.function, step.parameter)
        intents = self._repertoire.understand(text, self._state.knowledge)
        strong = bool(intents) and intents[0].explicit and intents[0].score >= SURE + 0.06
        if kind is Kind.TEXT and intents and intents[0].explicit and intents[0].profile is not task.profile:
            opening = concepts_of(words_of(take_apart(text).command)[:2])
            if intents[0].score >= SURE - 0.04 and opening.get(intents[0].profile.action or "", 0.0) >= 0.9:
                return False
        if strong and intents[0].profile is not task.profile and (kind is not Kind.TEXT or intents[0].utterance.quoted):
            return False
        again = strong and intents[0].profile is task.profile and len(words_of(text)) > 4
        if again and (kind is not Kind.TEXT or free_text(intents[0].utterance, task.function, asked=False)):
            # The whole command once more, perhaps with what was missing.
            return False
        heard = take_apart(text)
        if kind is not Kind.TEXT and smalltalk.fixed_answer(text) is not None:
            return False
        if kind in (Kind.PERSON, Kind.PERSON_ID):
            near = [n for names in task.unfound.values() for n in names]
            if yes_or_no(text) and len(near) == 1:
                for name in list(task.unfound):
                    task.corrected[name] = near[0]
                    del task.unfound[name]
                return True
            if yes_or_no(text) is False and len(words_of(text)) <= 2:
                self._state.note = "Who do you mean, then?"
                return True
        trial = Task(task.profile, task.heard, answers={**task.answers, parameter: heard}, calls=list(task.calls))
        after = self._planner.next_step(trial)
        if isinstance(after, Ask) and after.parameter == parameter:
            return False
        task.answers[parameter] = heard
        task.unfound.clear()
        return True

    def _corrects(self, text: str) -> bool:
        """ "No, I meant Catherine": the last task again with another person."""
        state = self._state
        if state.last is None or state.last.state == "open" or not words_of(text):
            return False
        said = fold(text)
        if not (words_of(text)[0] in ("no", "not", "sorry") or "i meant" in said or "i mean " in said):
            return False
        people = [p for p in people_in(take_apart(text), state.knowledge, asked=True) if p.known]
        target = next(
            (
                p
                for p in state.last.function.properties
                if kind_of(state.last.function, p) in (Kind.PERSON, Kind.PERSON_ID)
            ),
            None,
        )
        if not people or target is None:
            return False
        again = Task(state.last.profile, state.last.heard, answers={target: take_apart(f"to {people[-1].name}")})
        state.tasks, state.last = [again], again
        return True

    # -- what to do ----------------------------------------------------------------------------------------------

    def reply(self) -> Reply:
        """The next words or calls."""
        conversation = self._conversation
        if self._state.utterance is None or self._state.greet:
            if conversation.forced and conversation.may_call:
                return self._forced()
            return Reply(self._greeting())
        if self._web.wish is not None and self._web.returned:
            return Reply(self._web.words())
        if self._web.wish is not None and conversation.may_call and not self._web.called:
            return Reply(calls=(self._web.wish,))
        if conversation.forced in self._web.offered and conversation.may_call and not self._called_since_heard():
            name = "url" if conversation.forced == web.FETCH_URL else "query"
            return Reply(calls=(CallWish(str(conversation.forced), {name: self._state.utterance or ""}),))
        steps = self._next_calls() if conversation.may_call else []
        must_call = conversation.may_call and conversation.forced and not self._called_since_heard()
        if must_call and (not steps or conversation.forced not in ("*", steps[0].function)):
            return self._forced()
        if steps:
            return Reply(calls=tuple(steps))
        return Reply(self._words())

    def _next_calls(self) -> list[CallWish]:
        wishes: list[CallWish] = []
        for task in self._state.tasks:
            if task.state != "open":
                continue
            step = self._planner.next_step(task)
            if not isinstance(step, CallWish) or task.has_called(step):
                if step is None or isinstance(step, CallWish):
                    task.state = "failed"
                    continue
                break
            wishes.append(step)
            if not (
                self._conversation.parallel
                and task.profile.reads_only
                and not task.calls
                and step.function == task.function.name
            ):
                break
            if len(wishes) >= 4:
                break
        return wishes[:1] if not self._conversation.parallel else _reading_together(wishes, self._repertoire)

    def _called_since_heard(self) -> bool:
        for item in reversed(self._conversation.items):
            if isinstance(item, Called | Returned):
                return True
            if isinstance(item, Said) and item.role == "user":
                return False
        return False

    def _forced(self) -> Reply:
        """A call that the request insists on, with whatever arguments can be found."""
        name = self._conversation.forced
        profile = self._repertoire.profile(name or "")
        heard = take_apart(self._state.utterance or "")
        if profile is None:
            best = self._repertoire.best(heard, self._state.knowledge)
            if best is None:
                return Reply(self._words())
            profile = best.profile
        task = Task(profile, heard)
        for parameter in profile.function.required:
            step = self._planner.next_step(task)
            if not isinstance(step, Ask):
                break
            task.answers[step.parameter] = heard
            if parameter == profile.function.required[-1]:
                break
        step = self._planner.next_step(task)
        if isinstance(step, CallWish) and step.function == profile.function.name:
            return Reply(calls=(step,))
        blank = {p: _blank(profile.function.properties.get(p, {})) for p in profile.function.required}
        return Reply(calls=(CallWish(profile.function.name, blank),))

    def _greeting(self) -> str:
        profiles = self._repertoire.profiles if self._conversation.may_call else ()
        return smalltalk.greeting(abilities(profiles, 3) if profiles else "", smalltalk.topic_of(self._state.prompt))

    def _words(self) -> str:
        state = self._state
        told = [tell(t, state.knowledge) for t in state.tasks if t.state != "open" and not t.told]
        waiting = next((t for t in state.tasks if t.state == "open"), None)
        step = self._planner.next_step(waiting) if waiting is not None else None
        if isinstance(step, Ask):
            return " ".join([*told, state.note or step.text])
        if told:
            return " ".join(told)
        if state.note:
            return state.note
        if state.offer is not None:
            return f"I am not sure I understood. Did you want me to {ability(state.offer.function)}?"
        text = state.utterance or ""
        fixed = smalltalk.fixed_answer(text)
        if fixed == "repeat":
            return state.said[-1] if state.said else self._greeting()
        if fixed is not None:
            return fixed
        if not self._conversation.functions:
            return smalltalk.converse(text, state.said)
        return self._no_task(text)

    def _no_task(self, text: str) -> str:
        profiles = self._repertoire.profiles
        agreed = yes_or_no(text)
        if agreed is not None:
            return "What would you like me to do?" if agreed else "All right. Just tell me when you need something."
        if any(w in words_of(text) for w in ("help", "can", "able")) and len(words_of(text)) <= 8:
            return f"I can {abilities(profiles, 4)}."
        if self._state.said and self._state.said[-1].startswith("Sorry, I did not understand"):
            return (
                f"I still did not understand, I am sorry. You could say, for example: {ability(profiles[0].function)}."
            )
        return f"Sorry, I did not understand that. I can {abilities(profiles, 3)}."


def _reading_together(wishes: list[CallWish], repertoire: Repertoire) -> list[CallWish]:
    """Several calls go out at once only when all of them only read."""
    if len(wishes) < 2:
        return wishes
    profiles = [repertoire.profile(w.function) for w in wishes]
    return wishes if all(p is not None and p.reads_only for p in profiles) else wishes[:1]


def _blank(schema: Mapping[str, JsonValue]) -> JsonValue:
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return choices[0]
    return {"string": "", "integer": 0, "number": 0, "boolean": False, "array": []}.get(
        str(schema.get("type", "")).lower(), {}
    )


def _has_words(text: str) -> bool:
    return any(c.isalnum() for c in text)


def respond(conversation: Conversation) -> Reply:
    """The reply to a conversation whose audio has been put into words. Deterministic."""
    return Dialogue(conversation).reply()
