"""Sessions of OpenAI's Realtime API through the stock plugin."""

from typing import Any

from livekit.agents import APIConnectOptions
from livekit.plugins.openai import realtime
from openai.types.realtime import AudioTranscription

from agent.models.endpoint import Access, Parameters
from contracts.voice_model import ModelSpec

CONNECT = APIConnectOptions(max_retry=2, retry_interval=0.5, timeout=10.0)


class RealtimeParameters(Parameters):
    voice: str = "alloy"
    speed: float | None = None
    transcription_model: str | None = None
    """Transcribes the participant beside the model, for the record alone; None leaves that out."""


def build(spec: ModelSpec, access: Access) -> realtime.RealtimeModel:
    """A realtime model whose turn-taking is left to the session, as it is for every other model."""
    parameters = RealtimeParameters.model_validate(spec.llm.parameters)
    options: dict[str, Any] = {} if parameters.speed is None else {"speed": parameters.speed}
    transcription = parameters.transcription_model
    # `turn_detection` stays unset: only then can the session switch the server's own off.
    return realtime.RealtimeModel(
        model=spec.llm.model,
        base_url=access.base_url,
        api_key=access.api_key,
        voice=parameters.voice,
        modalities=["audio"],
        input_audio_transcription=None if transcription is None else AudioTranscription(model=transcription),
        conn_options=CONNECT,
        **options,
    )
