"""A session's tools: nothing is shared, nothing raises, and a replay says what was said live."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.scenario import ToolMode, ToolTask
from contracts.tool_call import ToolCall
from tests.tools_sim.tasks import as_call, task_called, tasks_with_calls, tool_tasks
from tools_sim.session import ToolSession, replay


@settings(max_examples=150, deadline=None)
@given(drawn=tasks_with_calls(), seed=st.integers(0, 3))
def test_a_replay_gives_the_live_verdict(drawn: tuple[ToolTask, list[ToolCall]], seed: int) -> None:
    task, calls = drawn
    session = ToolSession(task, seed=seed)
    for call in calls:
        session.call(call)
    assert replay(task, calls, seed=seed) == session.report()


@settings(max_examples=100, deadline=None)
@given(drawn=tasks_with_calls(), order=st.lists(st.booleans(), max_size=30))
def test_two_sessions_of_a_task_never_see_each_other(drawn: tuple[ToolTask, list[ToolCall]], order: list[bool]) -> None:
    task, calls = drawn
    alone = ToolSession(task, seed=1)
    results = [alone.call(call) for call in calls]
    mine, other = ToolSession(task, seed=1), ToolSession(task, seed=2)
    left = [as_call(call, number) for number, call in enumerate(task.reference_run)]
    together = []
    turns = iter(order)
    for call in calls:
        while left and next(turns, False):
            other.call(left.pop())
        together.append(mine.call(call))
    assert together == results
    assert mine.digests() == alone.digests()
    assert mine.report() == alone.report()


@settings(max_examples=100, deadline=None)
@given(drawn=tasks_with_calls())
def test_calls_never_raise_and_met_call_steps_stay_met(drawn: tuple[ToolTask, list[ToolCall]]) -> None:
    task, calls = drawn
    session = ToolSession(task, seed=1)
    kinds = {step.id: step.kind for step in task.verification.required}
    met: set[str] = set()
    violations = 0
    for call in calls:
        result = session.call(call)
        assert result.call_id == call.call_id
        report = session.report()
        now = {step.step_id for step in report.steps if step.met}
        assert {step for step in met if kinds[step] == "call"} <= now
        assert report.progress == pytest.approx(len(now) / len(kinds))
        latched = [v for v in report.violations if not v.rule_id.startswith("final_state")]
        assert len(latched) >= violations
        met, violations = now, len(latched)


def test_a_call_of_an_unknown_function_is_an_error_that_names_the_known_ones() -> None:
    session = ToolSession(task_called("messaging-welcome-teammate"), seed=1)
    result = session.call(ToolCall(call_id="a", function="send_mail", arguments={}))
    assert result.is_error
    assert "send_message" in result.output


def test_wrong_arguments_are_answered_with_what_is_allowed() -> None:
    session = ToolSession(task_called("messaging-welcome-teammate"), seed=1)
    result = session.call(ToolCall(call_id="a", function="send_message", arguments={"to": "Emma"}))
    assert result.is_error
    assert "receiver_id, message" in result.output


def test_a_number_given_as_text_is_understood_in_voice_mode_only() -> None:
    task = task_called("social-tidy-account")
    call = ToolCall(call_id="a", function="get_tweet", arguments={"tweet_id": "4"})
    assert not ToolSession(task, seed=1).call(call).is_error
    faithful = task.model_copy(update={"mode": ToolMode.FAITHFUL})
    assert ToolSession(faithful, seed=1).call(call).is_error


def test_a_misheard_name_is_answered_with_candidates_in_voice_mode() -> None:
    task = task_called("messaging-welcome-teammate")
    session = ToolSession(task, seed=1)
    folded = session.call(ToolCall(call_id="a", function="get_user_id", arguments={"user": "catherine"}))
    assert json.loads(folded.output)["user_id"] == "USR003"
    near = session.call(ToolCall(call_id="b", function="get_user_id", arguments={"user": "Dan"}))
    assert near.is_error
    assert json.loads(near.output)["did_you_mean"] == ["Daniel"]
    faithful = ToolSession(task.model_copy(update={"mode": ToolMode.FAITHFUL}), seed=1)
    assert faithful.call(ToolCall(call_id="a", function="get_user_id", arguments={"user": "catherine"})).is_error


def test_nobody_is_asked_for_an_access_token_in_voice_mode() -> None:
    task = task_called("travel-cancel-trip")
    for session, asked in (
        (ToolSession(task, seed=1), False),
        (ToolSession(task.model_copy(update={"mode": ToolMode.FAITHFUL}), seed=1), True),
    ):
        history = next(tool for tool in session.definitions if tool.name == "get_booking_history")
        assert ("access_token" in json.dumps(history.parameters)) is asked


@pytest.mark.parametrize("change", [{"domains": ("no_such",)}, {"functions": ("no_such",)}])
def test_a_task_that_names_what_does_not_exist_is_refused(change: dict[str, tuple[str, ...]]) -> None:
    task = task_called("messaging-welcome-teammate").model_copy(update=change)
    with pytest.raises(ValueError, match="no_such"):
        ToolSession(task, seed=1)


def test_verifying_takes_under_a_millisecond_a_result() -> None:
    spent: list[float] = []
    for task in tool_tasks():
        session = ToolSession(task, seed=1)
        for number, call in enumerate(task.reference_run):
            start = time.perf_counter()
            session.call(as_call(call, number))
            spent.append(time.perf_counter() - start)
    # The median of simulator and verifier together; a busy machine may hold up single calls.
    assert sorted(spent)[len(spent) // 2] < 0.001


def test_definitions_are_schemas_that_every_provider_accepts() -> None:
    for task in tool_tasks():
        for definition in ToolSession(task, seed=1).definitions:
            text = json.dumps(definition.parameters)
            assert definition.description
            assert definition.parameters["type"] == "object"
            assert "anyOf" not in text
            assert "$ref" not in text
            assert '"null"' not in text
