"""The verdict: what counts as done, what as undone, and what as something that nobody asked for."""

from typing import Any

import pytest

from contracts.base import JsonObject
from contracts.scenario import (
    CallStep,
    CountArgument,
    ExactArgument,
    ForbiddenCall,
    KeywordsArgument,
    StateStep,
    VerificationSpec,
)
from tools_sim.verify.pointer import changes, parse, values_at
from tools_sim.verify.verifier import ObservedCall, Verifier, check_spec

_LAMP = StateStep(id="lamp", label="The lamp is on", pointer="/home/lamp/on", holds=ExactArgument(value=True))
_SEND = CallStep(
    id="send",
    label="A message about lunch is sent",
    functions=("send",),
    arguments={"text": KeywordsArgument(words=("lunch",))},
)


def _state(*, on: bool = False, **rest: Any) -> JsonObject:
    return {"home": {"lamp": {"on": on}, **rest}}


def _call(function: str = "send", *, ok: bool = True, **arguments: Any) -> ObservedCall:
    return ObservedCall(call_id="c", function=function, arguments=arguments, ok=ok)


def _verifier(*required: CallStep | StateStep, **rest: Any) -> Verifier:
    return Verifier(VerificationSpec(required=required, **rest), _state())


def test_nothing_is_met_before_anything_was_done() -> None:
    report = _verifier(_LAMP, _SEND).report()
    assert (report.progress, report.complete) == (0, False)
    assert {step.why for step in report.steps} == {"Not done yet."}


def test_a_call_step_stays_met_whatever_follows() -> None:
    verifier = _verifier(_SEND)
    verifier.observe(_call(text="Lunch at noon"), _state())
    verifier.observe(_call(text="something else"), _state())
    assert verifier.report().complete


def test_a_failed_call_meets_nothing_and_says_so() -> None:
    verifier = _verifier(_SEND)
    verifier.observe(_call(ok=False, text="Lunch at noon"), _state())
    report = verifier.report()
    assert not report.complete
    assert report.steps[0].why == "It was tried, but it did not work."


def test_a_call_with_other_arguments_says_which_differ() -> None:
    verifier = _verifier(_SEND)
    verifier.observe(_call(text="Dinner at eight"), _state())
    assert verifier.report().steps[0].why == "It was done, but differently from the task: text."


def test_a_state_step_that_is_undone_is_not_met_and_says_so() -> None:
    verifier = _verifier(_LAMP, may_change=("/home/lamp",))
    verifier.observe(_call("switch"), _state(on=True))
    assert verifier.report().complete
    verifier.observe(_call("switch"), _state(on=False))
    report = verifier.report()
    assert not report.complete
    assert report.steps[0].why == "It was done, but it was undone afterwards."


def test_a_step_counts_only_after_those_it_depends_on() -> None:
    verifier = _verifier(_LAMP, _SEND.model_copy(update={"after": ("lamp",)}), may_change=("/home/lamp",))
    verifier.observe(_call(text="lunch"), _state())
    assert "first: The lamp is on" in verifier.report().steps[1].why
    verifier.observe(_call("switch"), _state(on=True))
    verifier.observe(_call(text="lunch"), _state(on=True))
    assert verifier.report().complete


def test_a_forbidden_call_stays_a_violation_and_leaves_progress_alone() -> None:
    rule = ForbiddenCall(id="keep", label="Something was deleted.", function="delete")
    verifier = _verifier(_SEND, forbidden=(rule,))
    verifier.observe(_call("delete", ok=False), _state())
    assert not verifier.report().violations
    verifier.observe(_call("delete"), _state())
    verifier.observe(_call(text="lunch"), _state())
    report = verifier.report()
    assert report.complete
    assert [(violation.rule_id, violation.call_id) for violation in report.violations] == [("keep", "c")]


def test_a_change_outside_what_may_change_is_a_violation_in_plain_words() -> None:
    verifier = _verifier(_LAMP, may_change=("/home/lamp",))
    verifier.observe(_call("switch"), _state(on=True, front_door="open"))
    (violation,) = verifier.report().violations
    assert violation.rule_id == "may_change"
    assert violation.why == "Something was changed that is no part of the task: home front door."


def test_doing_more_often_than_enough_is_a_violation() -> None:
    verifier = _verifier(_SEND.model_copy(update={"at_most": 1}))
    for _ in range(2):
        verifier.observe(_call(text="lunch"), _state())
    report = verifier.report()
    assert report.complete
    assert [violation.rule_id for violation in report.violations] == ["send:at_most"]


def test_the_final_state_is_asked_for_only_when_all_steps_are_met() -> None:
    verifier = _verifier(_SEND, final_state={"/home/lamp/on": ExactArgument(value=True)})
    assert not verifier.report().violations
    verifier.observe(_call(text="lunch"), _state())
    report = verifier.report()
    assert (report.progress, report.complete) == (1, False)
    assert report.violations[0].rule_id == "final_state:/home/lamp/on"


def test_counting_sees_what_is_gone() -> None:
    step = StateStep(id="gone", label="Gone", pointer="/home/lamp", holds=CountArgument(value=0))
    verifier = _verifier(step, may_change=("/home",))
    verifier.observe(_call("remove"), {"home": {}})
    assert verifier.report().complete


@pytest.mark.parametrize(
    "required",
    [(_LAMP, _LAMP), (_SEND.model_copy(update={"after": ("lamp",)}), _LAMP)],
    ids=["twice the same id", "after a later step"],
)
def test_a_specification_that_contradicts_itself_is_refused(required: tuple[CallStep | StateStep, ...]) -> None:
    with pytest.raises(ValueError, match="lamp"):
        check_spec(VerificationSpec(required=required))


def test_pointers_lead_through_stars_and_escaped_segments() -> None:
    node: JsonObject = {"a/b": [{"x": 1}, {"x": 2}], "c": {"x": 3}}
    assert list(values_at(parse("/a~1b/*/x"), node)) == [1, 2]
    assert list(values_at(parse("/*/x"), node)) == [3]
    assert list(values_at(parse("/nowhere/x"), node)) == []


def test_changes_are_told_at_their_smallest_part() -> None:
    before: JsonObject = {"a": {"x": 1, "y": [1, 2]}, "b": 1}
    after: JsonObject = {"a": {"x": 1, "y": [1, 2, 3]}, "b": True}
    assert set(changes(before, after)) == {("a", "y", "2"), ("b",)}
