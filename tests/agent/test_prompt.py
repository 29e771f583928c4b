"""What a transcriber is told to expect."""

from agent.registry import build, load_models
from agent.session.prompt import card_words
from contracts.voice_model import ModelSpec
from scenarios.library import load_library
from tests.e2e.stack import REPOSITORY


def row(name: str) -> ModelSpec:
    return next(spec for spec in load_models(REPOSITORY / "models.yaml").models if spec.id == name)


def test_the_card_is_told_to_the_transcriber_of_a_row_that_may_know_it_and_to_no_other() -> None:
    words = card_words(next(s for s in load_library().values() if s.id == "messaging-welcome-teammate"))
    assert "Emma" in words
    env = {"EARWITNESS_LOCAL_OPENAI_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "none"}
    demo = build(row("demo-pipeline"), env, stt_hints=words)
    studied = build(row("gpt-4o-mini"), env, stt_hints=words)
    assert demo.stt is not None
    assert studied.stt is not None
    assert demo.stt._opts.prompt == words  # type: ignore[attr-defined]  # the library has no public reading of it
    assert not studied.stt._opts.prompt  # type: ignore[attr-defined]  # as above
