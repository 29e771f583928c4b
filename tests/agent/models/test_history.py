"""What the pure functions over a conversation's items promise."""

import itertools

from hypothesis import given
from hypothesis import strategies as st
from livekit.agents import llm

from agent.models import history
from tests.agent.models.conversing import assistant, recording, system, user

ONE, OTHER = recording(0.1), recording(0.1)


def call(call_id: str) -> llm.FunctionCall:
    return llm.FunctionCall(call_id=call_id, name="get_weather", arguments="{}")


def output(call_id: str) -> llm.FunctionCallOutput:
    return llm.FunctionCallOutput(call_id=call_id, name="get_weather", output="sunny", is_error=False)


def roles(items: history.Items) -> list[str]:
    return [item.role if item.type == "message" else item.type for item in items]


def test_messages_without_a_word_and_calls_without_a_result_are_dropped() -> None:
    said = user("hello")
    items: history.Items = [user(), user("  "), user(llm.AudioContent(frame=[])), said, call("lost"), output("unasked")]
    assert history.spoken_items(items) == [said]


def test_answered_calls_and_recordings_stay() -> None:
    items: history.Items = [user(ONE), call("1"), output("1")]
    assert history.spoken_items(items) == items


def test_two_recordings_in_a_row_become_one_as_long_as_both() -> None:
    merged = history.with_turns_alternating([user(ONE), user(OTHER)])
    assert len(merged) == 1
    assert merged[0].type == "message"
    (audio,) = merged[0].content
    assert isinstance(audio, llm.AudioContent)
    assert audio.frame == [*ONE.frame, *OTHER.frame]


def test_a_recording_and_words_in_a_row_stay_apart_in_one_message() -> None:
    (message,) = history.with_turns_alternating([user(ONE), user("and this")])
    assert message.type == "message"
    assert message.content == [ONE, "and this"]


def test_a_greeting_is_preceded_by_an_opening_where_the_user_must_speak_first() -> None:
    (opening, greeting) = history.with_turns_alternating([assistant("hello")])
    assert opening.type == "message"
    assert (opening.role, opening.content) == ("user", [history.OPENING])
    assert roles([greeting]) == ["assistant"]


def test_a_message_between_two_calls_is_not_merged_across_them() -> None:
    items: history.Items = [user("a"), assistant("b"), call("1"), output("1"), assistant("c")]
    assert history.with_turns_alternating(items) == items


_ITEMS = st.lists(st.sampled_from(["user", "assistant", "tool"]), max_size=12)


@given(_ITEMS)
def test_turns_always_alternate_and_nothing_said_is_lost(kinds: list[str]) -> None:
    items: history.Items = []
    for number, kind in enumerate(kinds):
        if kind == "tool":
            items += [call(str(number)), output(str(number))]
        else:
            items.append(user(str(number)) if kind == "user" else assistant(str(number)))
    merged = history.with_turns_alternating(items)
    assert "user" not in {after for before, after in _pairs(roles(merged)) if before == "user"}
    assert "assistant" not in {after for before, after in _pairs(roles(merged)) if before == "assistant"}
    assert not merged or roles(merged)[0] == "user"
    said = [part for item in merged if item.type == "message" for part in item.content if part != history.OPENING]
    assert said == [str(number) for number, kind in enumerate(kinds) if kind != "tool"]


def _pairs(values: list[str]) -> list[tuple[str, str]]:
    return list(itertools.pairwise(values))


def test_instructions_without_a_system_role_head_the_first_user_message() -> None:
    (first, *_) = history.with_one_preamble([system("rules"), user(ONE)], system_role=False)
    assert first.type == "message"
    assert (first.role, first.content) == ("user", ["rules", ONE])


def test_instructions_without_a_system_role_are_a_user_message_before_a_greeting() -> None:
    items = history.with_one_preamble([system("rules"), assistant("hello"), user(ONE)], system_role=False)
    assert roles(items) == ["user", "assistant", "user"]


def test_later_instructions_are_told_by_the_user() -> None:
    items = history.with_one_preamble([system("a"), system("b"), user("c"), system("d")], system_role=True)
    assert roles(items) == ["system", "user", "user"]
    assert items[0].type == "message"
    assert items[0].content == ["a", "b"]


def test_only_recent_recordings_stay_and_older_ones_are_told_in_words() -> None:
    known, unknown, newest = recording(0.1, transcript="book a table"), recording(0.1), recording(0.1)
    items = history.with_recent_audio([user(known), user(unknown), user("typed"), user(newest)], 1)
    contents = [item.content for item in items if item.type == "message"]
    assert contents == [["book a table"], [history.AUDIO_GONE], ["typed"], [newest]]


@given(st.integers(0, 6), st.integers(0, 6))
def test_as_many_recordings_stay_as_asked_for_and_always_the_newest(turns: int, heard: int) -> None:
    items = history.with_recent_audio([user(recording(0.02)) for _ in range(heard)], turns)
    kept = [
        index
        for index, item in enumerate(items)
        if item.type == "message" and isinstance(item.content[0], llm.AudioContent)
    ]
    assert kept == list(range(heard))[-max(turns, 1) :]
