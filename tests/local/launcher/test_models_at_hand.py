"""Which models the demo offers with the keys that are set."""

from agent.registry import load_models
from local.build.cache import REPOSITORY
from local.launcher.demo import almost_at_hand, models_at_hand

TABLE = load_models(REPOSITORY / "models.yaml")
LOCAL = {"EARWITNESS_LOCAL_OPENAI_URL": "http://127.0.0.1:1/v1", "EARWITNESS_LOCAL_GOOGLE_URL": "http://127.0.0.1:1"}


def test_without_a_key_the_demonstrations_are_offered() -> None:
    assert models_at_hand(TABLE, LOCAL) == ["demo-end-to-end", "demo-speech-to-text", "demo-pipeline"]


def test_with_a_key_the_models_that_it_opens_take_their_place() -> None:
    offered = models_at_hand(TABLE, {**LOCAL, "OPENAI_API_KEY": "k"})
    assert {"gpt-4o-audio-preview", "gpt-realtime", "gpt-5"} <= set(offered)
    assert not [name for name in offered if name.startswith(("demo-", "gemini-"))]


def test_a_key_that_is_not_enough_brings_a_line_that_says_what_is_missing() -> None:
    (line,) = almost_at_hand(TABLE, {"GOOGLE_API_KEY": "k"})
    assert line == "Set OPENAI_API_KEY as well to talk with gemini-2.5-pro, gemini-2.5-flash"
    assert almost_at_hand(TABLE, {}) == []
