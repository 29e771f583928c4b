"""Checks a tool task before anybody speaks it: does its reference run pass, and does little else?

Each check disturbs the reference run in one way that must, or must not, change the verdict.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from contracts.base import JsonObject
from contracts.scenario import CallStep, ExactArgument, NumberArgument, ReferenceCall, ToolMode, ToolTask
from contracts.tool_call import ToolCall, ToolResult
from contracts.verification import VerificationReport
from tools_sim.domains.table import DOMAINS
from tools_sim.session import ToolSession
from tools_sim.speech_fitness import unspeakable
from tools_sim.toolbox import Tool
from tools_sim.verify.comparators import differing
from tools_sim.verify.pointer import parse

_SEED = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a scenario."""

    check: str
    what: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was tried and what went wrong; ``tried`` counts the runs of each check."""

    task: ToolTask
    findings: tuple[Finding, ...]
    tried: dict[str, int]

    @property
    def passed(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class Run:
    results: tuple[ToolResult, ...]
    report: VerificationReport
    state: JsonObject
    digests: dict[str, str]

    @property
    def clean(self) -> bool:
        return self.report.complete and not self.report.violations

    @property
    def all_ok(self) -> bool:
        return not any(result.is_error for result in self.results)

    def effect(self) -> tuple[Counter[str], str]:
        """Outputs and final state without what depends on the order of independent calls: numbers and positions."""
        outputs = Counter(_without_numbers(result.output) for result in self.results)
        return outputs, json.dumps(_without_positions(self.state))


def check_task(task: ToolTask) -> CheckReport:
    """Everything that an author must hear before a scenario is used."""
    findings: list[Finding] = []
    tried: dict[str, int] = {}
    try:
        reference = run(task, task.reference_run)
    except ValueError as error:
        return CheckReport(task, (Finding("loads", str(error)),), {"loads": 1})
    for name, check in _CHECKS.items():
        found = list(check(task, reference))
        tried[name] = len(found)
        findings += [Finding(name, what) for what in found if what is not None]
    return CheckReport(task, tuple(findings), tried)


def run(task: ToolTask, calls: Sequence[ReferenceCall]) -> Run:
    """The calls on a fresh session."""
    session = ToolSession(task, seed=_SEED)
    latest: dict[str, JsonValue] = {}
    results: list[ToolResult] = []
    for number, call in enumerate(calls):
        arguments = filled_in(call.arguments, latest)
        result = session.call(ToolCall(call_id=str(number), function=call.function, arguments=arguments))
        latest[call.function] = _parsed(result.output)
        results.append(result)
    return Run(tuple(results), session.report(), session.state(), session.digests())


def filled_in(arguments: JsonObject, latest: Mapping[str, JsonValue]) -> JsonObject:
    """Arguments of a reference call with ``@function.key`` taken from the latest result of that function."""
    filled: JsonObject = {}
    for name, value in arguments.items():
        filled[name] = value
        if isinstance(value, str) and (found := re.fullmatch(r"@(\w+)\.(\w+)", value)):
            result = latest.get(found[1])
            if isinstance(result, dict) and found[2] in result:
                filled[name] = result[found[2]]
    return filled


def _parsed(output: str) -> JsonValue:
    try:
        parsed: JsonValue = json.loads(output)
    except json.JSONDecodeError:
        return output
    return parsed


Outcomes = Iterator[str | None]
"""One item for each run that was tried: None where it went as it should."""


def _state_is_known(task: ToolTask, _: Run) -> Outcomes:
    for name in task.domains:
        known = DOMAINS[name].state_type.known_fields()
        strangers = sorted(set(task.initial_state.get(name, {})) - known)
        yield f"{name} has no state {strangers}; allowed: {sorted(known)}" if strangers else None
    for name in sorted(set(task.initial_state) - set(task.domains)):
        yield f"initial_state names {name!r}, which is not among the domains"
    for pointer in (*task.verification.may_change, *task.verification.final_state):
        yield None if parse(pointer)[0] in task.domains else f"{pointer} leads to no domain of the task"


def _reference_passes(task: ToolTask, reference: Run) -> Outcomes:
    for call, result in zip(task.reference_run, reference.results, strict=True):
        yield f"{call.function} fails: {result.output}" if result.is_error else None
    for step in reference.report.steps:
        yield None if step.met else f"step {step.step_id!r} is not met: {step.why}"
    for violation in reference.report.violations:
        yield f"violates {violation.rule_id!r}: {violation.why}"


def _empty_scores_nothing(task: ToolTask, _: Run) -> Outcomes:
    for step in run(task, ()).report.steps:
        yield f"step {step.step_id!r} is met before anything was done" if step.met else None


def _each_call_is_needed(task: ToolTask, _: Run) -> Outcomes:
    tools = _tools(task)
    for position, call in enumerate(task.reference_run):
        if not tools[call.function].writes and not _steps_of(task, call):
            continue
        rest = [*task.reference_run[:position], *task.reference_run[position + 1 :]]
        yield f"still passes without {_shown(call)}" if run(task, rest).report.complete else None


def _order_does_not_matter(task: ToolTask, reference: Run) -> Outcomes:
    expected = reference.effect()
    for position in range(len(task.reference_run) - 1):
        calls = list(task.reference_run)
        calls[position], calls[position + 1] = calls[position + 1], calls[position]
        swapped = run(task, calls)
        if not swapped.all_ok or swapped.effect() != expected:
            # One call needs the other: they are not independent.
            continue
        yield None if swapped.clean else f"fails when {_shown(calls[position])} comes first"


def _repetition_does_no_harm(task: ToolTask, _: Run) -> Outcomes:
    tools = _tools(task)
    for position, call in enumerate(task.reference_run):
        if not tools[call.function].writes and _goes_somewhere(task, position):
            # To go up twice is not to go up.
            continue
        report = run(task, [*task.reference_run[: position + 1], *task.reference_run[position:]]).report
        limited = any(violation.rule_id.endswith(":at_most") for violation in report.violations)
        fine = report.progress == 1 and (limited or not report.violations)
        yield None if fine else f"fails when {_shown(call)} is made twice"


def _reading_does_no_harm(task: ToolTask, _: Run) -> Outcomes:
    for tool in _tools(task).values():
        if tool.writes or tool.spoken_definition.parameters.get("required"):
            continue
        calls: list[ReferenceCall] = []
        for call in task.reference_run:
            calls += [call, ReferenceCall(function=tool.name)]
        yield None if run(task, calls).clean else f"fails when {tool.name} is called in between"


def _speech_does_no_harm(task: ToolTask, _: Run) -> Outcomes:
    """Free text in lower case and without punctuation, as a recogniser may write it."""
    if task.mode is not ToolMode.VOICE:
        return
    folded: list[ReferenceCall] = []
    for call in task.reference_run:
        exact = _exact_arguments(task, call)
        arguments = {name: value if name in exact else _as_heard(value) for name, value in call.arguments.items()}
        heard = ReferenceCall(function=call.function, arguments=arguments)
        # What a tool refuses when folded is a code that the model reads elsewhere.
        folded.append(heard if not run(task, [*folded, heard]).results[-1].is_error else call)
    yield None if run(task, folded).clean else f"fails as heard: {[_shown(call) for call in folded]}"


def _card_can_be_spoken(task: ToolTask, _: Run) -> Outcomes:
    credentials = () if task.identity is None else tuple(task.identity.credentials.values())
    for text in (task.title, task.goal, task.situation, *task.key_details, *task.steps, *credentials):
        hard = unspeakable(text)
        yield f"hard to say: {', '.join(hard)}" if hard and task.mode is ToolMode.VOICE else None


_CHECKS: dict[str, Callable[[ToolTask, Run], Outcomes]] = {
    "state is known": _state_is_known,
    "reference run passes": _reference_passes,
    "empty run scores nothing": _empty_scores_nothing,
    "each call is needed": _each_call_is_needed,
    "order does not matter": _order_does_not_matter,
    "repetition does no harm": _repetition_does_no_harm,
    "reading does no harm": _reading_does_no_harm,
    "speech does no harm": _speech_does_no_harm,
    "card can be spoken": _card_can_be_spoken,
}
CHECKS = tuple(_CHECKS)


def _tools(task: ToolTask) -> dict[str, Tool]:
    return {
        name: tool
        for domain in task.domains
        for name, tool in DOMAINS[domain].tools().items()
        if name in task.functions
    }


def _goes_somewhere(task: ToolTask, position: int) -> bool:
    """Whether a call that writes nothing changes what the domain remembers, such as the current folder."""
    before, after = task.reference_run[:position], task.reference_run[: position + 1]
    return run(task, before).digests != run(task, after).digests


def _steps_of(task: ToolTask, call: ReferenceCall) -> list[CallStep]:
    return [
        step
        for step in task.verification.required
        if isinstance(step, CallStep)
        and call.function in step.functions
        and not differing(step.arguments, call.arguments)
    ]


def _exact_arguments(task: ToolTask, call: ReferenceCall) -> set[str]:
    return {
        name
        for step in _steps_of(task, call)
        for name, comparator in step.arguments.items()
        if isinstance(comparator, ExactArgument | NumberArgument)
    }


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "0", text)


def _without_positions(node: JsonValue) -> JsonValue:
    if isinstance(node, dict):
        pairs: list[JsonValue] = [[_without_numbers(key), _without_positions(value)] for key, value in node.items()]
        return sorted(pairs, key=json.dumps)
    if isinstance(node, list):
        return sorted((_without_positions(item) for item in node), key=json.dumps)
    return 0 if isinstance(node, int | float) and not isinstance(node, bool) else node


def _as_heard(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return re.sub(r"[^\w\s@#:/-]", "", value).lower() if " " in value.strip() else value.lower()
    if isinstance(value, list):
        return [_as_heard(item) for item in value]
    return value


def _shown(call: ReferenceCall) -> str:
    arguments: JsonObject = call.arguments
    return f"{call.function}({', '.join(f'{name}={json.dumps(value)}' for name, value in arguments.items())})"
