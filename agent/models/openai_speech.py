"""Text to speech through OpenAI's speech API."""

from livekit.plugins import openai

from agent.models.endpoint import Access, Parameters
from agent.models.openai_client import speech_client
from contracts.voice_model import Endpoint

STALL_S = 10.0


class SpeechParameters(Parameters):
    voice: str = "alloy"
    speed: float | None = None
    instructions: str | None = None


class Speech(openai.TTS):
    """The stock voice, with a client of its own to close."""

    async def aclose(self) -> None:
        await super().aclose()
        await self._client.close()


def build(endpoint: Endpoint, access: Access) -> Speech:
    """A voice that sends raw 24 kHz samples as they are made."""
    parameters = SpeechParameters.model_validate(endpoint.parameters)
    return Speech(
        model=endpoint.model,
        client=speech_client(access, stall_s=STALL_S),
        response_format="pcm",
        **parameters.given(),
    )
