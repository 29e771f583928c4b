"""Scenarios out of conversation files: what is rejected and why, and that work is taken up where it stopped."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from contracts.scenario import GoalOriented
from contracts.voice_model import Capabilities, LlmEndpoint, LlmProtocol, ModelKind, ModelSpec
from scenarios.library import parse_scenario
from tools_sim.conversation_files import Conversation, read_conversations, useless
from tools_sim.goal_writing import OUTCOMES, GoalWriter, read_outcomes
from tools_sim.text_model import TextModel, TextModelError

_SCENARIO = {
    "title": "Tea for two",
    "description": "You want to invite a friend to tea.",
    "goals": ["Choose a tea", "Find something to eat with it", "Ask how long it should steep"],
    "prompt": "The user invites a friend to tea.",
}


class _Model:
    """Answers by a rule, and counts how often it was asked."""

    def __init__(self, answer: Callable[[str], str]) -> None:
        self.answer = answer
        self.asked = 0

    def ask(self, system: str, question: str) -> str:
        assert "JSON" in system
        self.asked += 1
        return self.answer(question)


def _said(number: int, opening: str = "tell me how to invite a friend to tea") -> Conversation:
    return Conversation(str(number), "English", flagged=False, user_turns=(f"{opening} {number}",))


def _titled(question: str) -> str:
    number = question.rstrip('"').rsplit(" ", 1)[-1]
    return "Here it is: " + json.dumps({**_SCENARIO, "title": f"Tea for {number}"})


def test_a_conversation_becomes_a_scenario_that_the_library_can_read(tmp_path: Path) -> None:
    writer = GoalWriter(tmp_path, _Model(_titled), _Model(lambda question: question))
    outcomes = writer.write([_said(3)])
    scenario = parse_scenario((tmp_path / "tea-for-3.yaml").read_text(), source="tea-for-3.yaml")
    assert isinstance(scenario, GoalOriented)
    assert scenario.title == "Tea for 3"
    assert outcomes == {("written", "tea-for-3"): 1}


def test_each_stage_says_why_it_rejects(tmp_path: Path) -> None:
    answers = {
        "1": '{"reject": "needs code"}',
        "2": "I am sorry.",
        "3": json.dumps({**_SCENARIO, "goals": ["one"]}),
        "4": json.dumps({**_SCENARIO, "title": "Tea in AB12CD"}),
        "5": json.dumps(_SCENARIO),
        "6": json.dumps(_SCENARIO),
        "7": json.dumps({**_SCENARIO, "title": "Boring"}),
    }
    transformer = _Model(lambda question: answers[question.rstrip('"').rsplit(" ", 1)[-1]])
    editor = _Model(lambda question: '{"reject": "too dull"}' if "Boring" in question else question)
    short = Conversation("0", "English", flagged=False, user_turns=("hi",))
    outcomes = GoalWriter(tmp_path, transformer, editor).write([short, *map(_said, range(1, 8))])
    assert dict(outcomes) == {
        ("file", "too short"): 1,
        ("transform", "needs code"): 1,
        ("transform", "the model's answer is no JSON"): 1,
        ("filter", "malformed: goals"): 1,
        ("filter", "hard to say"): 1,
        ("written", "tea-for-2"): 1,
        ("duplicate", "a scenario with this title is there"): 1,
        ("filter", "too dull"): 1,
    }


def test_work_is_taken_up_where_it_stopped_and_nothing_is_asked_twice(tmp_path: Path) -> None:
    conversations = [_said(number) for number in range(4)]

    def failing(question: str) -> str:
        if "2" in question:
            raise TextModelError("down", retryable=False)
        return _titled(question)

    with pytest.raises(TextModelError):
        GoalWriter(tmp_path, _Model(failing), _Model(str)).write(conversations)
    with (tmp_path / OUTCOMES).open("a") as log:
        log.write('["2", "wri')
    transformer = _Model(_titled)
    outcomes = GoalWriter(tmp_path, transformer, _Model(str)).write(conversations)
    assert transformer.asked == 2
    assert sum(outcomes.values()) == 4
    assert [outcome.conversation_id for outcome in read_outcomes(tmp_path)] == ["0", "1", "2", "3"]


def test_it_stops_after_as_many_scenarios_as_were_asked_for(tmp_path: Path) -> None:
    transformer = _Model(_titled)
    GoalWriter(tmp_path, transformer, _Model(str)).write(map(_said, range(9)), at_most=2)
    assert transformer.asked == 2


@pytest.mark.parametrize(
    ("conversation", "why"),
    [
        (Conversation("a", "German", flagged=False, user_turns=("wie geht es dir heute denn so",)), "not in English"),
        (Conversation("a", "English", flagged=True, user_turns=("x " * 9,)), "flagged or redacted in the file"),
        (Conversation("a", "English", flagged=False, user_turns=()), "too short"),
        (Conversation("a", "English", flagged=False, user_turns=("word " * 900,)), "too long to say"),
        (
            Conversation("a", "English", flagged=False, user_turns=("please fix ```this``` for me now",)),
            "code or placeholders",
        ),
        (_said(1), None),
    ],
)
def test_what_is_no_use_is_rejected_before_any_model_is_asked(conversation: Conversation, why: str | None) -> None:
    assert useless(conversation) == why


def test_both_kinds_of_files_are_read(tmp_path: Path) -> None:
    lmsys = {
        "conversation_id": "l1",
        "language": "English",
        "conversation": [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}],
        "openai_moderation": [{"flagged": True}],
        "redacted": False,
    }
    wild = {
        "conversation_hash": "w1",
        "language": "French",
        "toxic": False,
        "conversation": [{"role": "user", "content": "salut"}],
    }
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_text(json.dumps(lmsys) + "\n\n")
    packed.write_bytes(gzip.compress(json.dumps(wild).encode()))
    assert list(read_conversations(plain)) == [Conversation("l1", "English", flagged=True, user_turns=("hello",))]
    assert list(read_conversations(packed)) == [Conversation("w1", "French", flagged=False, user_turns=("salut",))]
    plain.write_text("{}")
    with pytest.raises(ValueError, match="conversation"):
        list(read_conversations(plain))


def _model(protocol: LlmProtocol, answers: list[httpx.Response]) -> tuple[TextModel, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answers.pop(0)

    spec = ModelSpec(
        id="writer",  # type: ignore[arg-type]
        label="Writer",
        kind=ModelKind.END_TO_END,
        llm=LlmEndpoint(model="m", protocol=protocol, base_url_env="URL", api_key_env="KEY"),
        capabilities=Capabilities(audio_in=True, audio_out=True),
        prompt_line="",
    )
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return TextModel(spec, {"URL": "http://models/v1/", "KEY": "k"}, client=client, wait_s=0), seen


def test_an_overloaded_model_is_asked_again_and_a_refusing_one_is_not() -> None:
    good = {"choices": [{"message": {"content": "yes"}}]}
    model, seen = _model(LlmProtocol.OPENAI_CHAT, [httpx.Response(429), httpx.Response(200, json=good)])
    assert model.ask("be kind", "well?") == "yes"
    assert [str(request.url) for request in seen] == ["http://models/v1/chat/completions"] * 2
    assert seen[0].headers["authorization"] == "Bearer k"
    model, seen = _model(LlmProtocol.OPENAI_CHAT, [httpx.Response(401)])
    with pytest.raises(TextModelError, match="401"):
        model.ask("be kind", "well?")


def test_a_google_model_is_asked_in_its_own_form() -> None:
    good = {"candidates": [{"content": {"parts": [{"text": "y"}, {"text": "es"}]}}]}
    model, seen = _model(LlmProtocol.GOOGLE, [httpx.Response(200, json=good)])
    assert model.ask("be kind", "well?") == "yes"
    assert str(seen[0].url) == "http://models/v1/models/m:generateContent"
    assert seen[0].headers["x-goog-api-key"] == "k"


def test_a_model_that_cannot_be_asked_in_text_or_lacks_its_key_is_refused() -> None:
    with pytest.raises(TextModelError, match="real time"):
        _model(LlmProtocol.OPENAI_REALTIME, [])
    spec = _model(LlmProtocol.GOOGLE, [])[0]._spec
    with pytest.raises(TextModelError, match="KEY"):
        TextModel(spec, {"URL": "http://models"})
