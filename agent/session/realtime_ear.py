"""What a realtime model hears: the turn's audio and nothing else, like every other model."""

from livekit import rtc
from livekit.agents import Agent, llm

from agent.interface import VoiceModel


def gate_realtime_audio(agent: Agent, model: VoiceModel) -> None:
    """Keep the session from streaming everything to a realtime model; no effect on other kinds."""
    if isinstance(model.llm, llm.RealtimeModel):
        session = agent.realtime_llm_session
        # The session streams each frame to this method as it comes.
        session.push_audio = _drop  # type: ignore[method-assign]


def hand_over(agent: Agent, model: VoiceModel, frame: rtc.AudioFrame) -> None:
    """Give a realtime model the turn's audio, before the session commits it."""
    if isinstance(model.llm, llm.RealtimeModel):
        session = agent.realtime_llm_session
        session.clear_audio()
        type(session).push_audio(session, frame)


def _drop(frame: rtc.AudioFrame) -> None:
    del frame
