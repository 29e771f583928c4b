"""A conversation with a fake model on fake audio, ready to be driven."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from agent.interface import VoiceModel
from agent.session.conversation import Conversation
from agent.session.harness_voice import HarnessVoice
from agent.session.options import ProviderPatience
from agent.session.ports import CallableTools
from agent.session.setup import ConversationSetup
from agent.turns.detector import SpeechDetector, load_silero
from agent.turns.silence_fill import SilenceFill
from contracts.base import ScenarioId
from contracts.scenario import OpenChat
from contracts.turn_taking import TRUE_END_2025, TurnTaking
from tests.agent.fakes.audio import RATE_HZ, Loudspeaker, Microphone, silence
from tests.agent.fakes.world import Recorded

SCENARIO = OpenChat(id=ScenarioId("chat"), title="Chat", description="Talk.", prompt="You chat about anything.")
IMPATIENT = ProviderPatience(
    first_token_s=1.0, next_token_s=1.0, tts_first_byte_s=1.0, stt_s=1.0, max_retry=0, retry_interval_s=0.0
)
_NETWORK: list[Any] = []


def network() -> Any:
    if not _NETWORK:
        _NETWORK.append(load_silero())
    return _NETWORK[0]


class Buildable(Protocol):
    def build(self) -> VoiceModel: ...


@dataclass
class Stage:
    conversation: Conversation
    seen: Recorded
    microphone: Microphone
    loudspeaker: Loudspeaker
    script: "asyncio.Queue[bytes]"
    model: Any

    def speak(self, *pieces: bytes) -> None:
        """In real time, when the microphone is live; the turn's 2 s of silence come by themselves."""
        self.script.put_nowait(b"".join(pieces))

    def pour(self, *pieces: bytes) -> None:
        """At once: the pieces and the silence that ends the turn."""
        self.microphone.pour(silence(0.5) + b"".join(pieces) + silence(2.3))


@asynccontextmanager
async def stage(
    model: Buildable,
    *,
    turn_taking: TurnTaking = TRUE_END_2025,
    tools: CallableTools | None = None,
    live: bool = False,
    speed: float = 20.0,
    **setup: Any,
) -> AsyncIterator[Stage]:
    """A started conversation; ``live`` gives it a microphone in real time and a loudspeaker at normal speed."""
    seen, microphone = Recorded(), Microphone()
    loudspeaker = Loudspeaker(speed=1.0 if live else speed)
    conversation = Conversation(
        ConversationSetup(
            model=model.build(),
            scenario=SCENARIO,
            harness=HarnessVoice(pcm={}),
            tools=tools,
            patience=IMPATIENT,
            **({"greet": False} | setup),
        ),
        SpeechDetector(network(), turn_taking),
        log=seen,
        room=seen,
    )
    filled = SilenceFill(microphone, sample_rate_hz=RATE_HZ)
    script: asyncio.Queue[bytes] = asyncio.Queue()
    talking = asyncio.create_task(microphone.live(script)) if live else None
    await conversation.start(filled if live else microphone, loudspeaker)
    try:
        yield Stage(conversation, seen, microphone, loudspeaker, script, model)
    finally:
        if talking is not None:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
        await conversation.aclose()
        await filled.aclose()
