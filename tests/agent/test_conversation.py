"""Whole conversations with fake models of each kind, faster than real time."""

import pytest

from contracts.conversation_event import AssistantTurn, TurnDelay, UserTurn
from contracts.voice_model import ModelKind
from tests.agent.fakes.models import FakeModel, Say
from tests.agent.fakes.speech import spoken
from tests.agent.fakes.stage import stage

pytestmark = pytest.mark.anyio

KINDS = list(ModelKind)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_turn_is_heard_answered_and_its_delay_parts_sum_to_the_whole(kind: ModelKind) -> None:
    model = FakeModel(kind, [Say("Hello there, nice to meet you.")], ["hello"])
    async with stage(model) as here:
        here.pour(spoken("Hello, who are you?"))
        said = await here.seen.have(AssistantTurn)
        assert said.text == "Hello there, nice to meet you."
        assert said.spoken_by == ("model" if kind is ModelKind.END_TO_END else "tts")
        heard = here.seen.of(UserTurn)[0]
        assert heard.transcript == ("hello" if kind is ModelKind.PIPELINE else None)
        delay = here.seen.of(TurnDelay)[0]
        assert delay.parts.total_ms == pytest.approx(delay.total_ms, abs=1.0)
        assert delay.parts.vad_hangover_ms == pytest.approx(2000, abs=60)
