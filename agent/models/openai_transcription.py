"""Speech to text through OpenAI's transcription API, one request for a turn."""

from livekit.plugins import openai

from agent.models.endpoint import Access, Parameters
from agent.models.openai_client import speech_client
from contracts.voice_model import Endpoint

STALL_S = 15.0


class TranscriptionParameters(Parameters):
    language: str = "en"
    prompt: str | None = None
    temperature: float | None = None


class Transcription(openai.STT):
    """The stock transcriber, with a client of its own to close."""

    async def aclose(self) -> None:
        await super().aclose()
        await self._client.close()


def build(endpoint: Endpoint, access: Access, *, hints: str | None = None) -> Transcription:
    """A transcriber of whole turns; ``hints`` are words it may hear, beside those of its row."""
    parameters = TranscriptionParameters.model_validate(endpoint.parameters)
    if hints is not None:
        prompt = "\n".join(part for part in (parameters.prompt, hints) if part)
        parameters = parameters.model_copy(update={"prompt": prompt})
    return Transcription(
        model=endpoint.model,
        client=speech_client(access, stall_s=STALL_S),
        use_realtime=False,
        **parameters.given(),
    )
