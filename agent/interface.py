"""The one voice-agent interface: three kinds of model, one shape for the session to drive.

Whatever its architecture, a model is a plain ``livekit.agents`` language model with what it needs around it. The
session owns turn-taking, tools, truncation and metrics, the same for every kind; what differs is data here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from livekit.agents.llm import LLM, ChatContext, RealtimeModel
from livekit.agents.stt import STT
from livekit.agents.tts import TTS

from contracts.voice_model import ModelSpec

PCM_KEY = "earwitness_pcm"
"""In ``ChoiceDelta.extra``: audio a model produced with this delta, s16le mono at ``PCM_RATE_HZ``."""

PCM_RATE_HZ = 24_000


class AudioText(str):
    """A piece of transcript that carries the audio spoken with it through the session's text stream."""

    __slots__ = ("pcm",)
    pcm: bytes

    def __new__(cls, text: str, pcm: bytes) -> "AudioText":
        self = super().__new__(cls, text)
        self.pcm = pcm
        return self

    def __bool__(self) -> bool:
        # Audio without words must not be dropped as an empty text.
        return bool(len(self) or self.pcm)


@dataclass(frozen=True, slots=True)
class VoiceModel:
    """A model ready to talk: built by ``agent.registry.build`` from its row."""

    spec: ModelSpec
    llm: "LLM[Any] | RealtimeModel"
    stt: "STT[Any] | None"
    """Transcribes the turn's audio for pipeline models."""
    tts: "TTS[Any] | None"
    """Speaks text; end-to-end models may have one for when they answer in text alone."""
    shape_context: Callable[[ChatContext], ChatContext]
    """The context as this model must be sent it: audio parts, assistant audio ids, merged messages, bounded history."""
