"""One conversation's simulated tools: their definitions, their state, and the verdict so far."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from pydantic import JsonValue

from contracts.base import JsonObject
from contracts.scenario import ToolMode, ToolTask
from contracts.tool_call import ToolCall, ToolDefinition, ToolResult
from contracts.verification import VerificationReport
from tools_sim.domain import Domain
from tools_sim.domains.table import DOMAINS
from tools_sim.toolbox import Tool
from tools_sim.verify.verifier import ObservedCall, Verifier


class ToolSession:
    """Simulated tools of one task. Calls are synchronous and quick; two sessions share nothing.

    Raises `ValueError` when the task names what does not exist.
    """

    def __init__(self, task: ToolTask, *, seed: int) -> None:
        self._domains = {name: _open(name, task, seed) for name in task.domains}
        self._tools = _offered(task, self._domains)
        self._mode = task.mode
        self._verifier = Verifier(task.verification, self.state())

    @property
    def definitions(self) -> tuple[ToolDefinition, ...]:
        """The functions as this session's model reads them."""
        if self._mode is ToolMode.VOICE:
            return tuple(tool.spoken_definition for _, tool in self._tools.values())
        return tuple(tool.definition for _, tool in self._tools.values())

    def call(self, call: ToolCall) -> ToolResult:
        """Run a call; whatever goes wrong in it is an error result, never an exception."""
        if call.function not in self._tools:
            message = f"There is no function {call.function!r}; there are: {', '.join(self._tools)}."
            return ToolResult(call_id=call.call_id, output=message, is_error=True)
        domain, tool = self._tools[call.function]
        outcome = self._domains[domain].invoke(tool, call.arguments)
        observed = ObservedCall(call.call_id, call.function, call.arguments, outcome.ok)
        self._verifier.observe(observed, self.state())
        return ToolResult(call_id=call.call_id, output=_written(outcome.value), is_error=not outcome.ok)

    def report(self) -> VerificationReport:
        return self._verifier.report()

    def state(self) -> JsonObject:
        """A copy of every domain's state, by domain."""
        return {name: domain.state.snapshot() for name, domain in self._domains.items()}

    def digests(self) -> dict[str, str]:
        """A digest of every domain's state, by domain."""
        return {name: domain.state.digest() for name, domain in self._domains.items()}


def replay(task: ToolTask, calls: Sequence[ToolCall], *, seed: int) -> VerificationReport:
    """The verdict on these calls on a fresh state; the same as the live one of a session with this seed."""
    session = ToolSession(task, seed=seed)
    for call in calls:
        session.call(call)
    return session.report()


def _open(name: str, task: ToolTask, seed: int) -> Domain[Any]:
    if name not in DOMAINS:
        raise ValueError(f"{task.id}: there is no domain {name!r}; allowed: {sorted(DOMAINS)}")
    domain = DOMAINS[name]
    config = json.loads(json.dumps(task.initial_state.get(name, {})))
    ragged = task.mode is ToolMode.FAITHFUL
    state = domain.load(config, long_context=bool(config.get("long_context", False)), ragged=ragged)
    rng = Random(f"{seed}/{name}") if task.mode is ToolMode.VOICE else Random(domain.recorded_seed)
    return domain(state, mode=task.mode, rng=rng)


def _offered(task: ToolTask, domains: dict[str, Domain[Any]]) -> dict[str, tuple[str, Tool]]:
    known: dict[str, tuple[str, Tool]] = {}
    for name, domain in domains.items():
        for tool in domain.tools().values():
            if tool.name in known:
                raise ValueError(f"{task.id}: two domains have a function {tool.name!r}")
            known[tool.name] = (name, tool)
    if strangers := sorted(set(task.functions) - set(known)):
        raise ValueError(f"{task.id}: no domain of the task has functions {strangers}")
    return {function: known[function] for function in task.functions}


def _written(value: JsonValue) -> str:
    return json.dumps({"success": True} if value is None else value, ensure_ascii=False)
