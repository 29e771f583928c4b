"""The brain against the real simulated tools of the demo scenarios, in text."""

import random

import pytest

from agent.web.tools import DEFINITIONS
from local.model_server.conversation import Function
from tests.local.model_server.player import Player, corrupted, task
from tests.local.model_server.scripts import OTHER_WORDS, SCRIPTS

SEEDS = range(12)
WEB = tuple(Function(d.name, d.description, d.parameters) for d in DEFINITIONS)
"""Offered in every conversation beside the task's own functions."""


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_scenario_is_completed_with_the_words_of_its_steps(name: str) -> None:
    player = Player(task(name), beside=WEB)
    player.listen()
    for line in SCRIPTS[name]:
        player.say(line.text)
    assert player.progress == 1.0
    assert player.violations == 0


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_web_beside_the_task_changes_no_call(name: str) -> None:
    alone, beside = Player(task(name)), Player(task(name), beside=WEB)
    for player in (alone, beside):
        player.listen()
        for text in [line.text for line in SCRIPTS[name]] + list(OTHER_WORDS[name]):
            player.say(text)
    assert beside.items == alone.items
    assert beside.calls == alone.calls


@pytest.mark.parametrize("name", sorted(OTHER_WORDS))
def test_the_scenario_is_completed_in_other_words(name: str) -> None:
    player = Player(task(name), beside=WEB)
    player.listen()
    for text in OTHER_WORDS[name]:
        player.say(text)
    assert player.progress == 1.0
    assert player.violations == 0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_one_wrong_word_in_three_delays_but_does_not_defeat(name: str, seed: int) -> None:
    """A person who sees that it was not done says it again, and is heard wrongly again, up to four times."""
    draw = random.Random(f"{name}{seed}")
    player = Player(task(name), beside=WEB)
    player.listen()
    for line in SCRIPTS[name]:
        for _ in range(5):
            calls = len(player.calls)
            answer = player.say(corrupted(line.text, line.values, draw))
            if "Did you want me to" in answer:
                player.say("yes")
            if line.wants in player.functions_called()[calls:]:
                break
    assert player.progress == 1.0
    assert player.violations == 0


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_answers_are_short_and_speakable(name: str) -> None:
    player = Player(task(name), beside=WEB)
    answers = [player.listen(), *(player.say(line.text) for line in SCRIPTS[name])]
    for answer in answers:
        assert 0 < len(answer.split()) <= 45
        assert not set(answer) & set('{}[]"#@_\\')
