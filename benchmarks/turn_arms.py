"""The arms of the turn benchmark: our session for each kind of model, and LiveKit's stock session.

All have the same fake models, which answer at once, and the same voice activity settings. The stock session knows one
kind alone: recogniser, language model, voice.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from livekit import rtc
from livekit.agents import Agent, AgentSession
from livekit.agents.voice import io, room_io
from livekit.plugins import silero

from agent.room.audio import FRAME_MS, MICROPHONE_RATE_HZ, RoomAudio
from agent.session.conversation import Conversation
from agent.session.harness_voice import HarnessVoice
from agent.session.setup import ConversationSetup
from agent.turns.detector import SpeechDetector
from contracts.turn_taking import HUMANS_2025, TRUE_END_2025, TurnTaking
from contracts.voice_model import ModelKind
from tests.agent.fakes.models import FakeModel, Say
from tests.agent.fakes.stage import SCENARIO, network
from tests.agent.fakes.world import Recorded

ANSWER = Say("All right then.")


@dataclass(frozen=True, slots=True)
class Arm:
    """``kind`` None is the stock session, which counts silence in its own way whatever ``turn_taking`` says."""

    kind: ModelKind | None
    turn_taking: TurnTaking

    @property
    def name(self) -> str:
        if self.kind is None:
            return f"stock session / beside {self.turn_taking.preset}"
        return f"{self.kind.value} / {self.turn_taking.preset}"

    @property
    def beside(self) -> "Arm":
        """The stock session that ran at the same time."""
        return Arm(None, self.turn_taking)


def batches() -> list[list[Arm]]:
    """Arms that run beside one another: each setting's three kinds, and a stock session."""
    return [[*(Arm(kind, taking) for kind in ModelKind), Arm(None, taking)] for taking in (TRUE_END_2025, HUMANS_2025)]


def conversation(arm: Arm) -> Conversation:
    """Our session; it does not greet, so that the first turn is like the others."""
    assert arm.kind is not None
    setup = ConversationSetup(
        model=FakeModel(arm.kind, otherwise=ANSWER).build(),
        scenario=SCENARIO,
        harness=HarnessVoice(pcm={}),
        greet=False,
        time_limit_s=3600,
    )
    seen = Recorded()
    return Conversation(setup, SpeechDetector(network(), arm.turn_taking), log=seen, room=seen)


def stock_session(taking: TurnTaking) -> tuple[AgentSession[None], Agent]:
    """LiveKit's session as its documentation sets one up, with the same detector settings and no extra delay."""
    fake = FakeModel(ModelKind.PIPELINE, otherwise=ANSWER)
    detector = silero.VAD.load(
        min_speech_duration=taking.min_speech_s,
        min_silence_duration=taking.min_silence_s,
        prefix_padding_duration=taking.prefix_padding_s,
        activation_threshold=taking.activation_threshold,
        sample_rate=taking.sample_rate_hz,
    )
    handling: Any = {"turn_detection": "vad", "endpointing": {"min_delay": 0.0, "max_delay": 0.0}}
    session = AgentSession[None](vad=detector, stt=fake.stt, llm=fake.llm, tts=fake.tts, turn_handling=handling)
    return session, Agent(instructions="You hear and speak.")


@asynccontextmanager
async def on_audio(arm: Arm, audio_in: io.AudioInput, audio_out: io.AudioOutput) -> AsyncIterator[None]:
    """The arm in this process, on audio without a room."""
    if arm.kind is not None:
        ours = conversation(arm)
        await ours.start(audio_in, audio_out)
        try:
            yield
        finally:
            await ours.aclose()
        return
    session, agent = stock_session(arm.turn_taking)
    session.input.audio, session.output.audio = audio_in, audio_out
    await session.start(agent, record=False)
    try:
        yield
    finally:
        await session.aclose()


@asynccontextmanager
async def in_room(arm: Arm, room: rtc.Room, identity: str, recording: Any) -> AsyncIterator[None]:
    """The arm in a connected room, with one participant."""
    if arm.kind is not None:
        ours = conversation(arm)
        audio = await RoomAudio.open(ours.session, room, identity, recording=recording)
        await ours.start(audio.microphone, audio.voice)
        try:
            yield
        finally:
            await ours.aclose()
            await audio.finish_recording()
            await audio.aclose()
        return
    session, agent = stock_session(arm.turn_taking)
    options = room_io.RoomOptions(
        participant_identity=identity,
        audio_input=room_io.AudioInputOptions(sample_rate=MICROPHONE_RATE_HZ, frame_size_ms=FRAME_MS),
    )
    await session.start(agent, room=room, room_options=options, record=False)
    try:
        yield
    finally:
        await session.aclose()
