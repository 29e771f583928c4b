"""A realtime model in the same session, with our turn-taking."""

import io
import wave

import pytest

from contracts.conversation_event import AssistantTurn, ProviderError, TurnDelay, UserTurn
from contracts.room_event import Notice, NoticeKind
from tests.agent.fakes.realtime import ScriptedRealtime
from tests.agent.fakes.speech import spoken
from tests.agent.fakes.stage import stage

pytestmark = pytest.mark.anyio


async def test_it_hears_the_turn_and_nothing_else_and_its_answer_is_recorded() -> None:
    model = ScriptedRealtime(["Hello there, nice to meet you."])
    async with stage(model) as here:
        here.pour(spoken("Hello, who are you?"))
        said = await here.seen.have(AssistantTurn)
        assert (said.text, said.turn, said.spoken_by) == ("Hello there, nice to meet you.", 1, "model")
        with wave.open(io.BytesIO(here.seen.audio[1])) as file:
            assert model.committed == [file.readframes(file.getnframes())]
        assert len(here.seen.of(UserTurn)) == 1
        delay = here.seen.of(TurnDelay)[0]
        assert delay.parts.total_ms == pytest.approx(delay.total_ms, abs=20.0)


async def test_it_greets_first() -> None:
    async with stage(ScriptedRealtime(["Hello, how can I help?"]), greet=True) as here:
        assert (await here.seen.have(AssistantTurn)).turn == 0


async def test_an_answer_that_never_comes_is_said_and_shown_and_the_conversation_goes_on() -> None:
    async with stage(ScriptedRealtime([None, "Here I am again."])) as here:
        here.pour(spoken("Hello, who are you?"))
        apology = await here.seen.have(AssistantTurn)
        assert apology.spoken_by == "harness"
        assert here.seen.of(ProviderError)[0].component == "realtime"
        assert here.seen.of(Notice)[0].kind is NoticeKind.PROVIDER_TIMED_OUT
        here.pour(spoken("Hello, who are you?"))
        assert (await here.seen.have(AssistantTurn, 2)).text == "Here I am again."
