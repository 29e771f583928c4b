"""Turn-taking in wall-clock time, for each kind of model; all scenes run beside one another in one event loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from contracts.conversation_event import AssistantTurn, TurnDelay, UserStateLogged, UserTurn, VoiceActivity
from contracts.room_event import Notice, NoticeKind, UserState
from contracts.turn_taking import TRUE_END_2025
from contracts.voice_model import ModelKind
from tests.agent.fakes.audio import silence
from tests.agent.fakes.models import FakeModel, Say
from tests.agent.fakes.speech import noise, spoken
from tests.agent.fakes.stage import Stage, stage
from tests.agent.fakes.world import Recorded

pytestmark = pytest.mark.realtime

KINDS = list(ModelKind)
STORY = (
    "Once upon a time there was a small house at the edge of a wood. In it lived an old woman with her three cats. "
    "Every morning she went down to the river to fetch water. One day she found a letter there."
)
ANSWER = "That is a good question, let me think."


@dataclass
class Outcome:
    seen: Recorded
    notes: dict[str, float]


async def _agent_speaks(here: Stage) -> None:
    """The story has been told for a second."""
    here.speak(silence(0.3), spoken("Tell me a story, please."))
    await here.loudspeaker.playing.wait()
    await asyncio.sleep(1.0)


async def _barge_in(here: Stage) -> dict[str, float]:
    words = spoken("Stop, wait a moment please, I would like to say something.")
    await _agent_speaks(here)
    onset = time.time()
    here.speak(words)
    await here.seen.until(lambda seen: any(turn.interrupted for turn in seen.of(AssistantTurn)))
    await here.seen.have(UserTurn, 2)
    await here.seen.have(TurnDelay, 2)
    return {"stopped_after_s": here.loudspeaker.stopped_at[0] - onset}


async def _burst(here: Stage) -> dict[str, float]:
    await _agent_speaks(here)
    here.speak(noise(0.3))
    await here.seen.until(lambda seen: any(each.change == "ignored" for each in seen.of(VoiceActivity)))
    # Long enough for the sound to have become a turn.
    await asyncio.sleep(2.5)
    return {"interruptions": float(here.loudspeaker.interruptions)}


async def _pause(here: Stage) -> dict[str, float]:
    first, second = spoken("I would like to know"), spoken("what the weather will be like tomorrow.")
    here.speak(silence(0.3), first, silence(1.5), second)
    await here.seen.have(UserTurn)
    await here.seen.have(TurnDelay)
    return {"spoken_s": (len(first) + len(second)) / 32_000 + 1.5}


async def _mute(here: Stage) -> dict[str, float]:
    here.speak(silence(0.3), spoken("Tell me a story, please, a very long one about the sea and all its ships."))
    await here.seen.until(lambda seen: any(each.state is UserState.SPEAKING for each in seen.of(UserStateLogged)))
    await asyncio.sleep(1.0)
    here.microphone.muted = True
    muted = time.time()
    await here.seen.have(UserTurn)
    return {"turn_after_s": time.time() - muted}


async def _endless(here: Stage) -> dict[str, float]:
    here.speak(*[spoken("And then, and then, and then it went on and on and on.") for _ in range(3)])
    await here.seen.have(Notice)
    return {}


SCENES: dict[str, Callable[[Stage], Awaitable[dict[str, float]]]] = {
    "barge_in": _barge_in,
    "burst": _burst,
    "pause": _pause,
    "mute": _mute,
    "endless": _endless,
}


async def _play(scene: str, kind: ModelKind) -> Outcome:
    long_turn_s = 3.0 if scene == "endless" else 60.0
    model = FakeModel(kind, [Say(STORY if scene != "pause" else ANSWER)], ["one", "two"], otherwise=Say(ANSWER))
    async with stage(
        model, live=True, turn_taking=TRUE_END_2025.model_copy(update={"long_turn_hint_s": long_turn_s})
    ) as here:
        async with asyncio.timeout(40):
            notes = await SCENES[scene](here)
        return Outcome(here.seen, notes)


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, ModelKind], Outcome | BaseException]:
    """Every scene with every kind of model, played at once: about 15 s."""

    async def play_all() -> dict[tuple[str, ModelKind], Outcome | BaseException]:
        keys = [(scene, kind) for scene in SCENES for kind in KINDS]
        played = await asyncio.gather(*(_play(scene, kind) for scene, kind in keys), return_exceptions=True)
        return dict(zip(keys, played, strict=True))

    return asyncio.run(play_all())


Outcomes = dict[tuple[str, ModelKind], Outcome | BaseException]


def of(outcomes: Outcomes, scene: str, kind: ModelKind) -> Outcome:
    outcome = outcomes[scene, kind]
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


@pytest.mark.parametrize("kind", KINDS)
def test_a_barge_in_stops_the_agent_within_0_7_s_and_cuts_its_text_truthfully(
    outcomes: Outcomes, kind: ModelKind
) -> None:
    outcome = of(outcomes, "barge_in", kind)
    assert outcome.notes["stopped_after_s"] < 0.7
    cut = outcome.seen.of(AssistantTurn)[0]
    assert cut.interrupted
    assert STORY.startswith(cut.text)
    # It was heard for one second before the barge-in and half a second into it, at 15 characters a second.
    assert 10 <= len(cut.text) <= 45
    assert outcome.seen.of(AssistantTurn)[-1].turn in {1, 2}
    assert outcome.seen.of(UserTurn)[1].audio_s > 2.5


@pytest.mark.parametrize("kind", KINDS)
def test_a_short_noise_neither_cuts_the_agent_off_nor_becomes_a_turn(outcomes: Outcomes, kind: ModelKind) -> None:
    outcome = of(outcomes, "burst", kind)
    assert outcome.notes["interruptions"] == 0
    assert len(outcome.seen.of(UserTurn)) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_pause_of_1_5_s_stays_inside_the_turn(outcomes: Outcomes, kind: ModelKind) -> None:
    outcome = of(outcomes, "pause", kind)
    turn = outcome.seen.of(UserTurn)[0]
    assert turn.audio_s == pytest.approx(outcome.notes["spoken_s"] + 0.5, abs=0.2)
    delay = outcome.seen.of(TurnDelay)[0]
    assert delay.parts.total_ms == pytest.approx(delay.total_ms, abs=20.0)
    assert 1990 <= delay.parts.vad_hangover_ms <= 2080


@pytest.mark.parametrize("kind", KINDS)
def test_muting_ends_the_turn(outcomes: Outcomes, kind: ModelKind) -> None:
    outcome = of(outcomes, "mute", kind)
    # Not before the required silence; how long after it is the machine's business.
    assert 1.9 <= outcome.notes["turn_after_s"] < 6.0


@pytest.mark.parametrize("kind", KINDS)
def test_endless_speech_brings_a_hint(outcomes: Outcomes, kind: ModelKind) -> None:
    assert of(outcomes, "endless", kind).seen.of(Notice)[0].kind is NoticeKind.LONG_TURN
