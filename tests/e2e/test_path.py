"""The whole path in a real Chromium, by keyboard and voice, once for each kind of model."""

import base64
import io
import re
import time
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Page

from agent.registry import load_models
from participants_sim.speech import synthesise
from tests.e2e.browser import Overheard, came_true, chromium_page, press, say, tab_to, until
from tests.e2e.stack import REPOSITORY, Stack, start_stack

pytestmark = pytest.mark.e2e

MODELS = ["demo-end-to-end", "demo-speech-to-text", "demo-pipeline"]
SCENARIO = "messaging-welcome-teammate"
ASKED = [
    "Please add Emma to the contacts.",
    "Send Emma a message that says welcome to the team.",
    "Please send Emma a message that the team meets on Monday in the garden room.",
    "Tell Daniel that Emma has arrived.",
]
FEEDBACK = "It did what I asked, a little slowly."


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with start_stack(tmp_path_factory.mktemp("stack"), models=MODELS, scenarios=[SCENARIO]) as started:
        yield started
        assert started.stop() == 0


@pytest.mark.timeout(420)
@pytest.mark.parametrize("visit", range(len(MODELS)))
def test_a_participant_completes_the_task_by_voice_and_everything_is_on_record(stack: Stack, visit: int) -> None:
    width = (1280, 390, 1280)[visit]
    with chromium_page(width=width) as page:
        overheard = Overheard(page)
        walk_to_conversation(page, stack)
        for number, sentence in enumerate(ASKED, start=1):
            ask_until_done(page, sentence, number)
            if number == 2:
                reload_and_return(page, number)
        press(page, "End conversation early")
        press(page, "End and rate")
        rate_by_keyboard(page)
        code = page.get_by_text(stack.study["completion_codes"]["completed"]).first
        code.wait_for(timeout=15_000)
        reached = overheard.everything(page)
    assert_nothing_names_a_model(reached)
    assert_on_record(stack, visit + 1)


def test_each_model_was_met_once(stack: Stack) -> None:
    with stack.researcher() as client:
        met = client.get("/api/researcher/conversations", params={"limit": 50}).json()["items"]
    assert sorted(conversation["model_id"] for conversation in met) == sorted(MODELS)


def test_what_was_said_is_in_no_log(stack: Stack) -> None:
    for log in sorted((stack.folder / "log").glob("*.log")):
        text = log.read_text(errors="replace").lower()
        for said in ("garden room", "welcome to the team", "emma", FEEDBACK.lower()):
            assert said not in text, f"{log.name} quotes the participant: {said!r}"


def walk_to_conversation(page: Page, stack: Stack) -> None:
    page.goto(stack.participant_url)
    press(page, "Continue")
    press(page, "I agree and want to take part")
    press(page, "Check my microphone")
    say(page, synthesise("Hello, this is a test of my microphone. Can you hear me well?"))
    press(page, "Sounds good, continue")
    press(page, "Start the conversation")
    page.get_by_text("Connected", exact=True).wait_for(timeout=20_000)
    page.get_by_text("Listening", exact=True).wait_for(timeout=30_000)


def ask_until_done(page: Page, sentence: str, met: int) -> None:
    """Speak when the assistant listens; say it again if it was misheard."""
    done = page.get_by_text(f"{met} of {len(ASKED)} steps done")
    answering = page.get_by_text("You can interrupt it by speaking.")
    for _attempt in range(4):
        until_listening(page)
        say(page, synthesise(sentence))
        # Thinking may be over in a moment: an answer is what can be relied on.
        came_true(lambda: answering.is_visible() or done.is_visible(), 15)
        until_listening(page)
        if done.is_visible():
            return
    pytest.fail(f"step {met} was not completed: {page.locator('main').inner_text()}")


def until_listening(page: Page) -> None:
    """The assistant has listened for a moment: it may speak, think and speak again within one answer."""
    listening = page.get_by_text("Listening", exact=True)
    since: list[float] = []

    def settled() -> bool:
        if not listening.is_visible():
            since.clear()
            return False
        since.append(time.monotonic())
        return since[-1] - since[0] > 0.6

    until(settled, "the assistant listens", 45)


def reload_and_return(page: Page, met: int) -> None:
    before = remaining_s(page)
    started = time.monotonic()
    page.reload()
    page.get_by_text("Connected", exact=True).wait_for(timeout=10_000)
    page.get_by_text(f"{met} of {len(ASKED)} steps done").wait_for(timeout=10_000)
    assert time.monotonic() - started < 5.0
    until(lambda: 0 <= before - remaining_s(page) < 15, "the timer goes on where it was", 5)


def remaining_s(page: Page) -> int:
    shown = re.search(r"\b(\d{1,2}):(\d{2})\b", page.locator("main").inner_text())
    return int(shown[1]) * 60 + int(shown[2]) if shown else -1


def rate_by_keyboard(page: Page) -> None:
    page.get_by_role("radiogroup").first.wait_for(timeout=20_000)
    for index, score in enumerate((4, 5, 3, 4, 6)):
        group = page.get_by_role("radiogroup").nth(index)
        tab_to(
            page, lambda group=group: bool(group.evaluate("g => g.contains(document.activeElement)")), f"group {index}"
        )
        page.keyboard.press("Space")
        for _ in range(score - 1):
            page.keyboard.press("ArrowDown")
    box = page.get_by_role("textbox")
    tab_to(page, lambda: bool(box.evaluate("b => b === document.activeElement")), "feedback")
    page.keyboard.type(FEEDBACK)
    press(page, "Send my rating")


def assert_nothing_names_a_model(reached: list[bytes]) -> None:
    table = load_models(REPOSITORY / "models.yaml")
    names = {spec.id for spec in table.models} | {spec.label for spec in table.models}
    names |= {e.model for spec in table.models for e in (spec.llm, spec.stt, spec.tts) if e is not None}
    names |= {"end_to_end", "speech_to_text", "earwitness-demo"}
    for text in reached:
        seen = text + b"".join(decoded_tokens(text))
        for name in names:
            assert name.encode() not in seen, f"{name!r} reached the browser"


def decoded_tokens(text: bytes) -> Iterator[bytes]:
    for part in re.findall(rb"eyJ[\w-]+\.(eyJ[\w-]+)\.", text):
        yield base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def assert_on_record(stack: Stack, conversations: int) -> None:
    with stack.researcher() as client:
        listed = client.get("/api/researcher/conversations", params={"limit": 50}).json()
        assert listed["total"] == conversations
        latest = max(listed["items"], key=lambda item: item["created_at"])
        path = f"/api/researcher/conversations/{latest['id']}"
        until(lambda: bool(client.get(path).json()["recordings"]), "the recording is stored", 30)
        until(lambda: client.get(path).json()["verdict"]["replayed"] is not None, "the verdict is stored", 30)
        shown: dict[str, Any] = client.get(path).json()
        verdict = shown["verdict"]["replayed"]
        assert shown["verdict"]["agrees"] is True
        assert (verdict["progress"], verdict["complete"], verdict["violations"]) == (1.0, True, [])
        assert sorted(shown["rating"]["scores"].values()) == [3, 4, 4, 5, 6]
        assert shown["rating"]["feedback"] == FEEDBACK
        kinds = [event["body"]["type"] for event in shown["events"]]
        expected = {"agent_joined", "assistant_became_ready", "user_turn", "assistant_turn", "tool_called"}
        assert expected | {"tool_returned", "verified", "turn_delay", "ended"} <= set(kinds)
        for event in shown["events"]:
            if event["body"]["type"] == "turn_delay":
                # The whole ends with the first frame, the parts when its news is handled, on a busy machine later.
                assert abs(sum(event["body"]["parts"].values()) - event["body"]["total_ms"]) < 20.0
        levels = [stereo_levels(client.get(f"{path}/recordings/{r['part']}").content) for r in shown["recordings"]]
    assert min(max(level[0] for level in levels), max(level[1] for level in levels)) > 0.01, "a voice is missing"


def stereo_levels(ogg: bytes) -> tuple[float, float]:
    """Root mean square of each channel of a recording, full scale 1."""
    with av.open(io.BytesIO(ogg)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        planar = container.streams.audio[0].codec_context.format.is_planar
    samples = np.concatenate([f if planar else f.reshape(-1, 2).T for f in frames], axis=1).astype(float)
    left, right = np.sqrt((samples**2).mean(axis=1))
    return float(left), float(right)
