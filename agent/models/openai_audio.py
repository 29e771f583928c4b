"""Spoken replies through OpenAI's chat completions API: gpt-4o-audio and servers that speak as it does."""

import base64
import io
import time
import wave
from typing import Any, Literal

from livekit.agents import APIError, APIStatusError, NotGivenOr, llm
from livekit.agents.types import NOT_GIVEN
from livekit.plugins.openai.llm import LLMStream

from agent.interface import PCM_KEY, PCM_RATE_HZ
from agent.models.context import AUDIO_REPLY_KEY, AudioReply, ShapedContext
from agent.models.endpoint import Access
from agent.models.openai_chat import ChatLLM, ChatParameters, ReplyStream
from contracts.voice_model import ModelSpec

ASSUMED_LIFE_S = 3000.0
"""Of an audio id whose end the provider did not tell; OpenAI keeps them for an hour."""

WAV_IN_BASE64 = "UklGR"  # how "RIFF" begins; no sentence does


class AudioParameters(ChatParameters):
    voice: str | None = None
    audio_stream: Literal["delta_audio", "content_wav"] = "delta_audio"
    """Where sound stands in the stream: in ``delta.audio`` as OpenAI sends it, or as base64 WAV in ``delta.content``
    after the text, as vLLM-Omni sends it."""

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True, exclude={"voice", "audio_stream"})


class SpokenReplyStream(ReplyStream):
    """A reply in sound and words. Words that no sound comes with are handed over as text, for a voice to speak."""

    async def _run(self) -> None:
        self._chunk_id = ""
        self._words = ""  # heard of, not yet handed over: they wait for the sound that carries them
        self._half_sample = b""
        self._reply: AudioReply | None = None
        self._sounded = False
        self._text_waits = isinstance(self._llm, AudioLLM) and self._llm.audio_stream == "content_wav"
        try:
            await self._run_with_known_replies()
        except APIError as error:
            if self._sounded:  # a second attempt would say it all again
                error.retryable = False
            raise

    async def _run_with_known_replies(self) -> None:
        context = self._chat_ctx
        try:
            await super()._run()
        except APIStatusError as error:
            if error.status_code not in (400, 404) or self.answered:
                raise
            if not isinstance(context, ShapedContext) or not context.sends_audio_replies:
                raise
            # The provider may have dropped an earlier reply's audio before its time; its words remain.
            context.forget_audio_replies()
            await super()._run()

    def _parse_choice(self, chunk_id: str, choice: Any, thinking_filter: Any) -> llm.ChatChunk | None:
        self._chunk_id = chunk_id
        if choice.delta is not None:
            if audio := _audio_of(choice.delta):
                self._take_audio(audio)
            if self._text_waits and choice.delta.content:
                self._take_content(choice.delta.content)
                choice.delta.content = None
        return super()._parse_choice(chunk_id, choice, thinking_filter)

    def _take_audio(self, audio: dict[str, Any]) -> None:
        if audio.get("id"):
            self._reply = AudioReply(id=audio["id"], expires_at=time.time() + ASSUMED_LIFE_S)
        if audio.get("expires_at") and self._reply is not None:
            self._reply["expires_at"] = float(audio["expires_at"])
        self._words += audio.get("transcript") or ""
        if audio.get("data"):
            self._take_sound(base64.b64decode(audio["data"], validate=True))

    def _take_content(self, content: str) -> None:
        if content.startswith(WAV_IN_BASE64):
            self._take_sound(pcm_of_wav(base64.b64decode(content, validate=True)))
        else:
            self._words += content

    def _take_sound(self, data: bytes) -> None:
        data = self._half_sample + data
        whole = len(data) - len(data) % 2
        self._half_sample = data[whole:]
        if whole:
            self._sounded = self.answered = True
            self._hand_over(self._words, {PCM_KEY: data[:whole]})
            self._words = ""

    def _finish(self) -> None:
        if self._words:
            self.answered = True
            self._hand_over(self._words, {PCM_KEY: b""} if self._sounded else None)
        if self._reply is not None and self._sounded:
            self._hand_over(None, {AUDIO_REPLY_KEY: self._reply})

    def _hand_over(self, words: str | None, extra: dict[str, Any] | None) -> None:
        delta = llm.ChoiceDelta(role="assistant", content=words, extra=extra)
        self._event_ch.send_nowait(llm.ChatChunk(id=self._chunk_id, delta=delta))


def _audio_of(delta: Any) -> dict[str, Any]:
    # An object in newer versions of the client, a plain dict in those that do not know the field.
    audio = getattr(delta, "audio", None)
    if audio is None:
        return {}
    return audio if isinstance(audio, dict) else audio.model_dump()


def pcm_of_wav(data: bytes) -> bytes:
    """The samples of a WAV file of 16-bit mono at `PCM_RATE_HZ`; anything else raises ValueError."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            samples = bytes(file.readframes(file.getnframes()))
    except (wave.Error, EOFError) as error:
        raise ValueError("the reply's sound is not a WAV file") from error
    if form != (1, 2, PCM_RATE_HZ):
        raise ValueError(f"the reply's sound has (channels, bytes, Hz) {form}; allowed: {(1, 2, PCM_RATE_HZ)}")
    return samples


class AudioLLM(ChatLLM):
    """The stock client asking for sound."""

    def __init__(self, *, voice: str | None, audio_stream: str, **options: Any) -> None:
        super().__init__(stream=SpokenReplyStream, **options)
        self.audio_stream = audio_stream
        self._modalities: dict[str, Any] = {"modalities": ["text", "audio"]}
        if voice is not None:
            # Sound can be streamed as pcm16 only.
            self._modalities["audio"] = {"voice": voice, "format": "pcm16"}

    def chat(self, *, extra_kwargs: NotGivenOr[dict[str, Any]] = NOT_GIVEN, **request: Any) -> LLMStream:
        return super().chat(extra_kwargs={**self._modalities, **(extra_kwargs or {})}, **request)


def build(spec: ModelSpec, access: Access) -> AudioLLM:
    """A language model that answers in sound."""
    parameters = AudioParameters.model_validate(spec.llm.parameters)
    return AudioLLM(
        model=spec.llm.model,
        base_url=access.base_url,
        api_key=access.api_key,
        parallel_calls=spec.capabilities.parallel_tool_calls,
        voice=parameters.voice,
        audio_stream=parameters.audio_stream,
        **parameters.given(),
    )
