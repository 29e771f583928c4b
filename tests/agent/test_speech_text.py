"""Sentences, words that were heard, packets that fit."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.room.packet import packet
from agent.session.delay import TurnMarks
from agent.session.speech import spoken_form, take_sentence
from agent.session.spoken import Utterance
from contracts.room_event import (
    AgentState,
    RoomEvent,
    Snapshot,
    ToolCallShown,
    ToolCallUpdated,
    UserState,
    room_event_adapter,
)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("This is the first sentence. And this", ("This is the first sentence. ", "And this")),
        ("This is not finished", None),
        ("Sure. Let me have a look at it. Then", ("Sure. Let me have a look at it. ", "Then")),
        ("You can reach Dr. Who in the evening. Now", ("You can reach Dr. Who in the evening. ", "Now")),
        ("It costs 3.50 euros, which is not much! And", ("It costs 3.50 euros, which is not much! ", "And")),
        ("This one ends the whole stream.", None),
    ],
)
def test_a_sentence_is_taken_as_soon_as_it_is_over(text: str, taken: tuple[str, str] | None) -> None:
    assert take_sentence(text) == taken


def test_marks_that_are_written_but_not_said_are_left_out() -> None:
    assert spoken_form("**Two** things, see [the page](https://example.org).") == "Two things, see the page."


@given(st.floats(0, 20), st.booleans())
def test_what_was_heard_is_whole_words_from_the_beginning(played_s: float, complete: bool) -> None:
    text = "Once upon a time there was a small house at the edge of a wood."
    heard = Utterance("tts", text=text, audio_s=4.0, complete=complete).heard(played_s)
    assert text.startswith(heard)
    assert heard == "" or heard == text or text[len(heard)] == " "
    if played_s >= 4.0 and complete:
        assert heard == text


def test_what_was_heard_of_a_model_that_was_still_speaking_is_not_more_than_it_can_have_said() -> None:
    assert len(Utterance("model", text="word " * 100, audio_s=1.0).heard(1.0)) <= 15


def test_packets_fit_and_stay_readable_whatever_the_tools_returned() -> None:
    calls = tuple(
        ToolCallShown(
            call_id=f"call_{number}",
            function="search",
            arguments={"query": "a" * 1500},
            status="succeeded",
            result="ß" * 600,
        )
        for number in range(60)
    )
    snapshot = Snapshot(
        agent_state=AgentState.LISTENING, user_state=UserState.AWAY, remaining_s=1.0, tool_calls=calls, report=None
    )
    for body in (snapshot, ToolCallUpdated(call=calls[0].model_copy(update={"arguments": {"a": "x" * 20_000}}))):
        data = packet(RoomEvent(sent_at=datetime.now(UTC), body=body))
        assert len(data) <= 14_000
        read = room_event_adapter.validate_json(data).body
        if isinstance(read, Snapshot):
            assert read.tool_calls[-1].call_id == "call_59"
            assert len(read.tool_calls) > 10


def test_tools_that_ran_at_the_same_time_are_counted_once() -> None:
    now = iter([10.0, 10.5, 10.6])
    marks = TurnMarks(1, 100.0, 5.0, 7.0, monotonic=lambda: next(now), hook_entered=7.0, heard=8.0)
    marks.tool_ran(8.5, 9.0)
    marks.tool_ran(8.7, 9.2)
    marks.token()
    marks.audio()
    marks.started_playing(105.6)
    delay = marks.delay()
    assert delay is not None
    assert delay.parts.tools_ms == pytest.approx(700)
    assert delay.parts.total_ms == pytest.approx(delay.total_ms)
