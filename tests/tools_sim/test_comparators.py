"""Comparators, from exact to any: what a recogniser may write counts as what was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from contracts.scenario import (
    AnyArgument,
    Comparator,
    ExactArgument,
    KeywordsArgument,
    NameArgument,
    NamesArgument,
    NumberArgument,
    OneOfArgument,
)
from tools_sim.speech_fitness import unspeakable
from tools_sim.speech_text import closest, edits, same_name, spoken_words
from tools_sim.verify.comparators import differing, holds


@pytest.mark.parametrize(
    ("comparator", "value", "expected"),
    [
        (ExactArgument(value=1), 1.0, True),
        (ExactArgument(value=1), True, False),
        (ExactArgument(value="USR001"), "usr001", False),
        (NameArgument(value="Zoë's café"), "zoes cafe", True),
        (NameArgument(value="green market"), "@GreenMarket", True),
        (NameArgument(value="Catherine"), "Katherine", True),
        (NameArgument(value="Anna"), "Hanna", False),
        (NameArgument(value="flight 12"), "flight 13", False),
        (NameArgument(value="Emma"), 5, False),
        (KeywordsArgument(words=("monday", "garden", "room")), "we meet on Monday, in the garden", True),
        (KeywordsArgument(words=("monday", "garden", "room")), "we meet on Monday", False),
        (KeywordsArgument(words=("thank|thanks",), share=1), "Thank you all!", True),
        (KeywordsArgument(words=("three",), share=1), "at 3 pm", True),
        (KeywordsArgument(words=("3",), share=1), "at 13", False),
        (NamesArgument(values=("#FoodFestival",)), ["food festival", "music"], True),
        (NamesArgument(values=("Emma", "George")), ["emma"], False),
        (NumberArgument(value=80.1), "80.10", True),
        (NumberArgument(value=80.1), 80.2, False),
        (NumberArgument(value=1), True, False),
        (OneOfArgument(values=("2026-03-05T10:00",)), "2026-03-05T11:00", False),
        (AnyArgument(), None, True),
    ],
)
def test_a_comparator_judges_a_value(comparator: Comparator, value: JsonValue, expected: bool) -> None:
    assert holds(comparator, value) is expected


def test_a_missing_argument_differs_unless_any_is_asked_for() -> None:
    assert differing({"a": ExactArgument(value=1), "b": AnyArgument()}, {}) == ("a",)


def test_spoken_numbers_are_written_as_digits() -> None:
    assert spoken_words("Twenty-one degrees, thirty percent, five o'clock") == (
        "21",
        "degrees",
        "30",
        "percent",
        "5",
        "oclock",
    )


def test_the_nearest_known_names_come_first_and_strangers_not_at_all() -> None:
    assert closest("Rober", ["Susan", "Robert", "Roger"])[:2] == ("Robert", "Roger")
    assert closest("bank", ["Call with the bank", "Dentist"]) == ("Call with the bank",)
    assert closest("xylophone", ["Susan", "Robert"]) == ()


@given(st.text(alphabet="abcde", max_size=7), st.text(alphabet="abcde", max_size=7))
def test_edit_distance_is_a_distance(left: str, right: str) -> None:
    distance = edits(left, right, at_most=20)
    assert distance == edits(right, left, at_most=20)
    assert (distance == 0) == (left == right)
    assert abs(len(left) - len(right)) <= distance <= max(len(left), len(right))
    assert edits(left, right, at_most=2) == min(distance, 3)


@given(st.text(max_size=20))
def test_a_name_is_the_same_as_itself_in_capitals(name: str) -> None:
    assert same_name(name, name)
    if name.isascii():
        assert same_name(name, name.upper())


def test_what_is_hard_to_say_is_found_and_plain_speech_is_not() -> None:
    for hard in ("report_final.txt", "user id USR001", "card 4111111111111111", "write to a@b.com", "TailNotes"):
        assert unspeakable(hard), hard
    assert not unspeakable("Meet Emma on Monday, the 2nd of March 2026, at 10am in the garden room.")
