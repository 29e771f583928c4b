"""BFCL multi-turn entries as tool tasks, each with a verification made from its own ground truth.

Reads the public files (``BFCL_v4_multi_turn_*.json`` with ``possible_answer/`` beside them), one JSON object a line.
The reference run is the ground truth without its failed and repeated reading calls; what it reads or changes becomes
the required steps, and where it leaves the state, the final state.
"""

import ast
import gzip
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from contracts.base import JsonObject, ScenarioId
from contracts.scenario import (
    CallStep,
    Comparator,
    CountArgument,
    ExactArgument,
    KeywordsArgument,
    NameArgument,
    NamesArgument,
    NumberArgument,
    ReferenceCall,
    ToolMode,
    ToolTask,
    VerificationSpec,
)
from contracts.tool_call import ToolCall
from tools_sim.authoring import filled_in
from tools_sim.domains.table import DOMAINS, RECORDED_CLASSES
from tools_sim.session import ToolSession
from tools_sim.speech_fitness import unspeakable
from tools_sim.speech_text import spoken_words
from tools_sim.toolbox import Tool
from tools_sim.verify.pointer import Path as StatePath
from tools_sim.verify.pointer import changes

CATEGORIES = ("base", "long_context", "miss_func", "miss_param")
_SEED = 1
_OTHER_SEED = 2
_TEXT_WORDS = 4
_LITTLE_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "for",
        "from",
        "has",
        "have",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "our",
        "that",
        "the",
        "this",
        "to",
        "was",
        "we",
        "with",
    ]
)


class BfclError(ValueError):
    """A file or an entry is not as the public files are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with its ground truth: user turns, and calls as function and arguments."""

    id: str
    classes: tuple[str, ...]
    config: JsonObject
    long_context: bool
    user_turns: tuple[str, ...]
    calls: tuple[ReferenceCall, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """A task, and what stands against speaking it; ``task`` is None when nothing of the entry can be verified."""

    entry_id: str
    task: ToolTask | None
    hard_to_say: tuple[str, ...]

    @property
    def fit_for_speech(self) -> bool:
        return self.task is not None and not self.hard_to_say


def read_entries(folder: Path) -> Iterator[Entry]:
    """Every entry of the four multi-turn files in a folder, in order. Raises `BfclError`."""
    found = False
    for category in CATEGORIES:
        for questions in sorted(folder.glob(f"BFCL_v*_multi_turn_{category}.json*")):
            found = True
            answers = {answer["id"]: answer["ground_truth"] for answer in _lines(_answers_of(questions))}
            for entry in _lines(questions):
                if entry["id"] not in answers:
                    raise BfclError(f"{questions.name}: no ground truth for {entry['id']}")
                yield _entry(entry, answers[entry["id"]], long_context=category == "long_context")
    if not found:
        raise BfclError(f"{folder}: no BFCL_v*_multi_turn_*.json in it")


def import_entry(entry: Entry) -> Imported:
    """The entry as a task; in voice mode when it can be spoken, else in faithful mode."""
    spoken = [*entry.user_turns, *_free_texts(entry.calls)]
    hard = tuple(dict.fromkeys(problem for text in spoken for problem in unspeakable(text)))
    mode = ToolMode.FAITHFUL if hard else ToolMode.VOICE
    draft = _draft(entry, mode)
    calls, results = _reference_run(draft, entry.calls)
    if not calls:
        return Imported(entry.id, None, hard)
    task = draft.model_copy(update={"reference_run": tuple(calls)})
    verification = _verification(task, results, _states(task, _SEED))
    return Imported(entry.id, task.model_copy(update={"verification": verification}), hard)


def _free_texts(calls: Sequence[ReferenceCall]) -> Iterator[str]:
    """What somebody has to say for a call, apart from names and numbers."""
    for call in calls:
        for value in call.arguments.values():
            if isinstance(value, str) and len(spoken_words(value)) >= _TEXT_WORDS:
                yield value


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    except OSError as error:
        raise BfclError(f"{path}: {error}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise BfclError(f"{path.name}, line {number}: {error.msg}") from error


def _answers_of(questions: Path) -> Path:
    path = questions.parent / "possible_answer" / questions.name
    if not path.exists():
        raise BfclError(f"{questions.name}: there is no possible_answer/{questions.name} beside it")
    return path


def _entry(entry: Mapping[str, Any], truth: Sequence[Sequence[str]], *, long_context: bool) -> Entry:
    classes = tuple(name for name in entry["involved_classes"] if name in RECORDED_CLASSES)
    tools = {tool.name: tool for name in classes for tool in DOMAINS[RECORDED_CLASSES[name]].tools().values()}
    return Entry(
        id=entry["id"],
        classes=classes,
        config={name: entry["initial_config"].get(name, {}) for name in classes},
        long_context=long_context,
        user_turns=tuple(
            message["content"] for turn in entry["question"] for message in turn if message["role"] == "user"
        ),
        calls=tuple(parse_call(call, tools) for turn in truth for call in turn),
    )


def parse_call(text: str, tools: Mapping[str, Tool]) -> ReferenceCall:
    """A call as the ground truth writes it, in Python, without running it."""
    try:
        call = ast.parse(text.strip(), mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            raise BfclError(f"not a call: {text!r}")
        names = [field.alias or name for name, field in tools[call.func.id].arguments.model_fields.items()]
        arguments = {name: ast.literal_eval(value) for name, value in zip(names, call.args, strict=False)}
        arguments |= {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    except (SyntaxError, KeyError, ValueError) as error:
        raise BfclError(f"not a call of the entry's functions: {text!r}") from error
    return ReferenceCall(function=call.func.id, arguments=json.loads(json.dumps(arguments)))


def _draft(entry: Entry, mode: ToolMode) -> ToolTask:
    domains = tuple(RECORDED_CLASSES[name] for name in entry.classes)
    state: dict[str, JsonObject] = {}
    for name in entry.classes:
        config = entry.config[name]
        known = DOMAINS[RECORDED_CLASSES[name]].state_type.known_fields()
        # As recorded, what a class does not know of its configuration is nothing to it.
        kept = {key: value for key, value in config.items() if key in known} if isinstance(config, dict) else {}
        if entry.long_context and "long_context" in known:
            kept["long_context"] = True
        state[RECORDED_CLASSES[name]] = kept
    functions = tuple(tool for domain in domains for tool in DOMAINS[domain].tools())
    services = " and ".join(domain.replace("_", " ") for domain in domains)
    return ToolTask(
        id=ScenarioId("bfcl-" + entry.id.replace("_", "-")),
        title=f"A task with {services}",
        domains=domains,
        goal="Get these requests done, one after the other.",
        situation=f"You talk with an assistant that can use: {services}.",
        steps=entry.user_turns or ("Ask the assistant what it can do",),
        prompt=(
            f"You help the user with {services}. Do what the user asks, one request at a time, with the functions you "
            "have. Ask when something you need is missing, and tell the user what came of it."
        ),
        initial_state=state,
        functions=functions,
        mode=mode,
        verification=VerificationSpec(required=(CallStep(id="any", label="Something is done", functions=functions),)),
        reference_run=(ReferenceCall(function=functions[0]),),
    )


def _reference_run(
    task: ToolTask, truth: Sequence[ReferenceCall]
) -> tuple[list[ReferenceCall], list[dict[str, JsonValue]]]:
    """The ground truth's calls that work and are needed, with what each one's arguments were when it ran.

    Numbers that a generator made are taken from the results they came from, so that any seed can run them.
    """
    recorded = ToolSession(task.model_copy(update={"mode": ToolMode.FAITHFUL}), seed=_SEED)
    here = ToolSession(task, seed=_SEED)
    tools = _tools(task)
    made: dict[str, str] = {}
    latest: dict[str, JsonValue] = {}
    seen: set[str] = set()
    calls: list[ReferenceCall] = []
    spoken: list[dict[str, JsonValue]] = []
    for number, call in enumerate(truth):
        tool = tools[call.function]
        arguments = {
            name: made.get(value, value) if isinstance(value, str) else value
            for name, value in call.arguments.items()
            if task.mode is ToolMode.FAITHFUL or name not in tool.supplied
        }
        outcome = recorded.call(ToolCall(call_id=str(number), function=call.function, arguments=call.arguments))
        made |= _made_by(call.function, outcome.output)
        before = here.digests()
        written = json.dumps([call.function, arguments, before], sort_keys=True)
        if written in seen:
            continue
        shifted = ReferenceCall(function=call.function, arguments=arguments)
        result = here.call(
            ToolCall(call_id=str(number), function=call.function, arguments=filled_in(arguments, latest))
        )
        if result.is_error:
            continue
        seen.add(written)
        latest[call.function] = json.loads(result.output)
        calls.append(shifted)
        spoken.append(arguments)
    return calls, spoken


def _made_by(function: str, output: str) -> dict[str, str]:
    """Long numbers of a result, each with the reference that stands for it."""
    try:
        result = json.loads(output)
    except json.JSONDecodeError:
        return {}
    if not isinstance(result, dict):
        return {}
    return {
        value: f"@{function}.{key}"
        for key, value in result.items()
        if isinstance(value, str) and re.fullmatch(r"\d{6,}", value)
    }


def _states(task: ToolTask, seed: int) -> list[JsonObject]:
    """The state at the beginning of the reference run and after each of its calls."""
    session = ToolSession(task, seed=seed)
    states = [session.state()]
    latest: dict[str, JsonValue] = {}
    for number, call in enumerate(task.reference_run):
        arguments = filled_in(call.arguments, latest)
        result = session.call(ToolCall(call_id=str(number), function=call.function, arguments=arguments))
        latest[call.function] = json.loads(result.output)
        states.append(session.state())
    return states


def _verification(
    task: ToolTask, spoken: Sequence[dict[str, JsonValue]], states: Sequence[JsonObject]
) -> VerificationSpec:
    tools = _tools(task)
    steps: dict[str, CallStep] = {}
    for call, arguments in zip(task.reference_run, spoken, strict=True):
        if call.function == "cd":
            # Where one stands shows in what is done there.
            continue
        key = json.dumps([call.function, arguments], sort_keys=True)
        tool = tools[call.function]
        if key in steps:
            times = steps[key].at_most
            steps[key] = steps[key].model_copy(update={"at_most": None if times is None else times + 1})
            continue
        steps[key] = CallStep(
            id=f"step-{len(steps) + 1}",
            label=tool.definition.description.split(". ")[0].rstrip(".") + _about(arguments),
            functions=(call.function,),
            arguments={name: _comparator(value) for name, value in arguments.items() if not _is_reference(value)},
            at_most=1 if tool.writes else None,
        )
    if not steps:
        steps["cd"] = CallStep(id="step-1", label="Go to the folder", functions=("cd",))
    before, after = states[0], states[-1]
    changed = list(changes(before, after))
    touched = {path[:2] for former, latter in itertools.pairwise(states) for path in changes(former, latter)}
    random = set(changes(after, _states(task, _OTHER_SEED)[-1]))
    return VerificationSpec(
        required=tuple(steps.values()),
        may_change=tuple(sorted(map(_pointer, touched))),
        final_state={
            _pointer(path): _final(_value(path, after))
            for path in changed
            if path not in random and not any(part[: len(path)] == path or path[: len(part)] == part for part in random)
        },
    )


def _comparator(value: JsonValue) -> Comparator:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return NumberArgument(value=value)
    if isinstance(value, str) and len(spoken_words(value)) >= _TEXT_WORDS:
        words = tuple(dict.fromkeys(word for word in spoken_words(value) if word not in _LITTLE_WORDS))
        return KeywordsArgument(words=words or (value,))
    if isinstance(value, str) and re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*", value):
        return NameArgument(value=value)
    if isinstance(value, list) and value and all(isinstance(item, str) and spoken_words(item) for item in value):
        return NamesArgument(values=tuple(map(str, value)))
    return ExactArgument(value=value)


def _final(value: JsonValue) -> Comparator:
    """How a value must stand at the end; what is gone is counted, text is compared by its words."""
    if value is None:
        return CountArgument(value=0)
    if isinstance(value, dict | list):
        return CountArgument(value=1)
    return _comparator(value)


def _is_reference(value: JsonValue) -> bool:
    return isinstance(value, str) and re.fullmatch(r"@\w+\.\w+", value) is not None


def _about(arguments: Mapping[str, JsonValue]) -> str:
    said = [str(value) for value in arguments.values() if isinstance(value, str) and not _is_reference(value)]
    return f": {said[0][:60]}" if said else ""


def _pointer(path: StatePath) -> str:
    return "/" + "/".join(segment.replace("~", "~0").replace("/", "~1") for segment in path)


def _value(path: StatePath, node: JsonValue) -> JsonValue:
    for segment in path:
        if isinstance(node, dict) and segment in node:
            node = node[segment]
        elif isinstance(node, list) and segment.isdigit() and int(segment) < len(node):
            node = node[int(segment)]
        else:
            return None
    return node


def _tools(task: ToolTask) -> dict[str, Tool]:
    return {tool.name: tool for domain in task.domains for tool in DOMAINS[domain].tools().values()}
