"""Zero-delay language models, recognisers and voices that implement livekit's interfaces."""

import asyncio
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from livekit import rtc
from livekit.agents import APIConnectOptions, llm, stt, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, NotGivenOr
from typing_extensions import override

from agent.interface import PCM_KEY, PCM_RATE_HZ, VoiceModel
from contracts.base import ModelId
from contracts.voice_model import Capabilities, Endpoint, LlmEndpoint, LlmProtocol, ModelKind, ModelSpec

SPEAKING_RATE_CHARS_PER_S = 15.0


@dataclass(frozen=True)
class Say:
    text: str


@dataclass(frozen=True)
class Call:
    function: str
    arguments: dict[str, Any] | str = field(default_factory=dict)
    """A string is sent as it is."""


@dataclass(frozen=True)
class Fail:
    error: Exception


@dataclass(frozen=True)
class Stall:
    """Says the text and then nothing more, without end."""

    text: str = ""


Step = Say | Call | Fail | Stall


class ScriptedLLM(llm.LLM):
    """Answers each request with the next step of its script; then repeats ``otherwise``."""

    def __init__(self, script: Sequence[Step] = (), *, otherwise: Step | None = None, audio: bool = False) -> None:
        super().__init__()
        self.script = list(script)
        self.otherwise: Step = otherwise or Say("All right then, what else can I do for you today?")
        self.audio = audio
        self.requests: list[llm.ChatContext] = []

    @override
    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        parallel_tool_calls: NotGivenOr[bool] = NOT_GIVEN,
        tool_choice: NotGivenOr[llm.ToolChoice] = NOT_GIVEN,
        extra_kwargs: NotGivenOr[dict[str, Any]] = NOT_GIVEN,
    ) -> llm.LLMStream:
        self.requests.append(chat_ctx.copy())
        step = self.script.pop(0) if self.script else self.otherwise
        return _ScriptedStream(self, step, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)


class _ScriptedStream(llm.LLMStream):
    def __init__(self, model: ScriptedLLM, step: Step, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self._model, self._step = model, step

    async def _run(self) -> None:
        match self._step:
            case Fail(error=error):
                raise error
            case Stall(text=text):
                if text:
                    self._say(text)
                await asyncio.Event().wait()
            case Say(text=text):
                for word in text.split():
                    self._say(word + " ")
                    await asyncio.sleep(0)
            case Call(function=function, arguments=arguments):
                text = arguments if isinstance(arguments, str) else json.dumps(arguments)
                call = llm.FunctionToolCall(name=function, arguments=text, call_id=f"call_{uuid.uuid4().hex[:8]}")
                self._send(llm.ChoiceDelta(role="assistant", tool_calls=[call]))

    def _say(self, text: str) -> None:
        extra = {PCM_KEY: tone(len(text) / SPEAKING_RATE_CHARS_PER_S)} if self._model.audio else None
        self._send(llm.ChoiceDelta(role="assistant", content=text, extra=extra))

    def _send(self, delta: llm.ChoiceDelta) -> None:
        self._event_ch.send_nowait(llm.ChatChunk(id="chunk", delta=delta))


class ScriptedSTT(stt.STT[Any]):
    """Hears the next line of its script, whatever is said; an exception is raised."""

    def __init__(self, script: Sequence[str | Exception] = (), *, otherwise: str = "Please go on.") -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self.script = list(script)
        self.otherwise = otherwise
        self.heard: list[float] = []

    @override
    async def _recognize_impl(
        self, buffer: Any, *, language: NotGivenOr[str] = NOT_GIVEN, conn_options: APIConnectOptions
    ) -> stt.SpeechEvent:
        self.heard.append(rtc.combine_audio_frames(buffer).duration)
        text = self.script.pop(0) if self.script else self.otherwise
        if isinstance(text, Exception):
            raise text
        return stt.SpeechEvent(
            type=stt.SpeechEventType.FINAL_TRANSCRIPT,
            alternatives=[stt.SpeechData(language="en", text=text)],  # type: ignore[arg-type]
        )


class ToneTTS(tts.TTS[Any]):
    """A tone as long as the text would take to say; ``failure`` is raised instead, ``stalled`` never speaks."""

    def __init__(self, *, failure: Exception | None = None, stalled: bool = False) -> None:
        super().__init__(capabilities=tts.TTSCapabilities(streaming=False), sample_rate=PCM_RATE_HZ, num_channels=1)
        self.failure, self.stalled = failure, stalled
        self.texts: list[str] = []

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        self.texts.append(text)
        return _ToneStream(tts=self, input_text=text, conn_options=conn_options)


class _ToneStream(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        voice = self._tts
        assert isinstance(voice, ToneTTS)
        if voice.failure is not None:
            raise voice.failure
        if voice.stalled:
            await asyncio.Event().wait()
        output_emitter.initialize(
            request_id="tone", sample_rate=PCM_RATE_HZ, num_channels=1, mime_type="audio/pcm", stream=False
        )
        output_emitter.push(tone(len(self.input_text) / SPEAKING_RATE_CHARS_PER_S))
        output_emitter.flush()


def tone(seconds: float) -> bytes:
    at = np.arange(int(seconds * PCM_RATE_HZ)) / PCM_RATE_HZ
    return bytes((np.sin(2 * np.pi * 220 * at) * 4000).astype("<i2").tobytes())


def spec(kind: ModelKind) -> ModelSpec:
    hears, speaks = kind is not ModelKind.PIPELINE, kind is ModelKind.END_TO_END
    return ModelSpec(
        id=ModelId(f"fake-{kind.value.replace('_', '-')}"),
        label="Fake",
        kind=kind,
        llm=LlmEndpoint(model="fake", protocol=LlmProtocol.OPENAI_CHAT),
        stt=None if hears else Endpoint(model="fake"),
        tts=None if speaks else Endpoint(model="fake"),
        capabilities=Capabilities(audio_in=hears, audio_out=speaks),
        prompt_line="You hear and speak.",
    )


@dataclass
class FakeModel:
    """A model of one kind with all its parts at hand."""

    kind: ModelKind
    script: Sequence[Step] = ()
    transcripts: Sequence[str | Exception] = ()
    otherwise: Step | None = None

    def __post_init__(self) -> None:
        self.llm = ScriptedLLM(self.script, otherwise=self.otherwise, audio=self.kind is ModelKind.END_TO_END)
        self.stt = ScriptedSTT(self.transcripts) if self.kind is ModelKind.PIPELINE else None
        self.tts = None if self.kind is ModelKind.END_TO_END else ToneTTS()

    def build(self) -> VoiceModel:
        return VoiceModel(
            spec=spec(self.kind), llm=self.llm, stt=self.stt, tts=self.tts, shape_context=lambda context: context
        )
