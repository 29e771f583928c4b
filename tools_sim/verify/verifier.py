"""Follows a tool task call by call: which steps are met, and what was done that was not to be done.

Call steps once met stay met. State steps tell the truth of the moment: what was done and undone again is not met.
Violations stay, and are never subtracted from progress.
"""

from dataclasses import dataclass, field

from contracts.base import JsonObject
from contracts.scenario import CallStep, StateStep, VerificationSpec
from contracts.verification import StepReport, VerificationReport, Violation
from tools_sim.verify import wording
from tools_sim.verify.comparators import differing, holds_somewhere
from tools_sim.verify.pointer import Path, allowed, changes, parse, values_at


@dataclass(frozen=True, slots=True)
class ObservedCall:
    """A call and what became of it."""

    call_id: str
    function: str
    arguments: JsonObject
    ok: bool


@dataclass(slots=True)
class _CallProgress:
    met: bool = False
    times: int = 0
    nearest: str = wording.NOT_CALLED


@dataclass(slots=True)
class Verifier:
    """One conversation's verdict so far. ``observe`` after each call, ``report`` at any time."""

    spec: VerificationSpec
    state: JsonObject
    """The state at the beginning, then after each call, by domain."""
    _calls: dict[str, _CallProgress] = field(default_factory=dict, init=False)
    _states: dict[str, bool] = field(default_factory=dict, init=False)
    _was_met: set[str] = field(default_factory=set, init=False)
    _violations: list[Violation] = field(default_factory=list, init=False)
    _may_change: list[Path] = field(default_factory=list, init=False)
    _pointers: dict[str, Path] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        check_spec(self.spec)
        self._may_change = [parse(pointer) for pointer in self.spec.may_change]
        for step in self.spec.required:
            if isinstance(step, CallStep):
                self._calls[step.id] = _CallProgress()
            else:
                self._pointers[step.id] = parse(step.pointer)
        self._look_at_state()

    def observe(self, call: ObservedCall, state: JsonObject) -> None:
        """Take note of a call and of the state after it."""
        if call.ok:
            self._forbid(call)
        if state != self.state:
            self._look_at_changes(call, state)
            self.state = state
            self._look_at_state()
        # A step may complete another one's condition, so steps are taken in the order they are written.
        for step in self.spec.required:
            if isinstance(step, CallStep):
                self._advance(step, call)
        if self._pointers:
            self._look_at_state()

    def report(self) -> VerificationReport:
        steps = tuple(self._step_report(step) for step in self.spec.required)
        met = sum(step.met for step in steps)
        unfinished = self._final_differences() if met == len(steps) else ()
        return VerificationReport(
            steps=steps,
            violations=(*self._violations, *unfinished),
            progress=met / len(steps),
            complete=met == len(steps) and not unfinished,
        )

    def _is_met(self, step_id: str) -> bool:
        return self._calls[step_id].met if step_id in self._calls else self._states.get(step_id, False)

    def _advance(self, step: CallStep, call: ObservedCall) -> None:
        if call.function not in step.functions:
            return
        progress = self._calls[step.id]
        wrong = differing(step.arguments, call.arguments)
        waiting = [label for label in step.after if not self._is_met(label)]
        if not call.ok:
            nearest = wording.REFUSED
        elif wrong:
            nearest = wording.different(wrong)
        elif waiting:
            nearest = wording.too_early([s.label for s in self.spec.required if s.id in waiting])
        else:
            progress.met = True
            progress.times += 1
            if step.at_most is not None and progress.times > step.at_most:
                why = wording.too_often(step.label, progress.times, step.at_most)
                self._violations.append(Violation(rule_id=f"{step.id}:at_most", why=why, call_id=call.call_id))
            return
        progress.nearest = nearest

    def _forbid(self, call: ObservedCall) -> None:
        for rule in self.spec.forbidden:
            if rule.function == call.function and not differing(rule.arguments, call.arguments):
                self._violations.append(Violation(rule_id=rule.id, why=rule.label, call_id=call.call_id))

    def _look_at_changes(self, call: ObservedCall, state: JsonObject) -> None:
        strange = sorted({path[:3] for path in changes(self.state, state) if not allowed(path, self._may_change)})
        if strange:
            why = wording.unexpected_change(strange)
            self._violations.append(Violation(rule_id="may_change", why=why, call_id=call.call_id))

    def _look_at_state(self) -> None:
        for step in self.spec.required:
            if isinstance(step, StateStep):
                values = list(values_at(self._pointers[step.id], self.state))
                met = holds_somewhere(step.holds, values) and all(map(self._is_met, step.after))
                self._states[step.id] = met
                if met:
                    self._was_met.add(step.id)

    def _step_report(self, step: CallStep | StateStep) -> StepReport:
        met = self._is_met(step.id)
        if isinstance(step, CallStep):
            progress = self._calls[step.id]
            why = wording.done(progress.times) if met else progress.nearest
        elif met:
            why = wording.IN_PLACE
        else:
            why = wording.UNDONE if step.id in self._was_met else wording.NOT_IN_PLACE
        return StepReport(step_id=step.id, label=step.label, met=met, why=why)

    def _final_differences(self) -> tuple[Violation, ...]:
        return tuple(
            Violation(rule_id=f"final_state:{pointer}", why=wording.not_final(parse(pointer)))
            for pointer, comparator in self.spec.final_state.items()
            if not holds_somewhere(comparator, list(values_at(parse(pointer), self.state)))
        )


def check_spec(spec: VerificationSpec) -> None:
    """Raise `ValueError` where a specification contradicts itself."""
    seen: set[str] = set()
    for step in spec.required:
        if step.id in seen:
            raise ValueError(f"step {step.id!r} stands twice")
        if strangers := sorted(set(step.after) - seen):
            raise ValueError(f"step {step.id!r} comes after {strangers}, which do not stand before it")
        seen.add(step.id)
