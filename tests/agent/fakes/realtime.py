"""A realtime model without a server: answers what is committed with a scripted text and a tone."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal

from livekit import rtc
from livekit.agents import llm
from livekit.agents.llm import ChatContext, GenerationCreatedEvent, MessageGeneration, RealtimeCapabilities
from livekit.agents.types import NOT_GIVEN, NotGivenOr
from typing_extensions import override

from agent.interface import PCM_RATE_HZ, VoiceModel
from contracts.voice_model import ModelKind
from tests.agent.fakes.models import SPEAKING_RATE_CHARS_PER_S, spec, tone


class ScriptedRealtime(llm.RealtimeModel):
    """``None`` in the script is a turn that is never answered."""

    def __init__(self, script: Sequence[str | None]) -> None:
        super().__init__(
            capabilities=RealtimeCapabilities(
                message_truncation=True,
                turn_detection=False,
                user_transcription=False,
                auto_tool_reply_generation=False,
                audio_output=True,
                manual_function_calls=False,
                mutable_chat_context=True,
                mutable_instructions=True,
                mutable_tools=True,
            )
        )
        self.script = list(script)
        self.committed: list[bytes] = []
        self.truncated_at_ms: list[int] = []

    @override
    def session(self, *, turn_detection_disabled: bool = False) -> llm.RealtimeSession[Any]:
        return _Session(self)

    @override
    async def aclose(self) -> None:
        return None

    def build(self) -> VoiceModel:
        return VoiceModel(
            spec=spec(ModelKind.END_TO_END), llm=self, stt=None, tts=None, shape_context=lambda context: context
        )


class _Session(llm.RealtimeSession[Any]):
    def __init__(self, model: ScriptedRealtime) -> None:
        super().__init__(model)
        self._script, self._model = model.script, model
        self._heard = bytearray()
        self._ids = itertools.count(1)

    @property
    @override
    def chat_ctx(self) -> ChatContext:
        return ChatContext.empty()

    @property
    @override
    def tools(self) -> llm.ToolContext:
        return llm.ToolContext.empty()

    @override
    async def update_instructions(self, instructions: str) -> None:
        return None

    @override
    async def update_chat_ctx(self, chat_ctx: ChatContext) -> None:
        return None

    @override
    async def update_tools(self, tools: list[llm.Tool]) -> None:
        return None

    @override
    def update_options(self, *, tool_choice: NotGivenOr[llm.ToolChoice | None] = NOT_GIVEN) -> None:
        return None

    @override
    def push_audio(self, frame: rtc.AudioFrame) -> None:
        self._heard += bytes(frame.data.cast("B"))

    @override
    def push_video(self, frame: rtc.VideoFrame) -> None:
        return None

    @override
    def commit_audio(self) -> None:
        self._model.committed.append(bytes(self._heard))
        self._heard.clear()

    @override
    def clear_audio(self) -> None:
        self._heard.clear()

    @override
    def interrupt(self) -> None:
        return None

    @override
    def truncate(
        self,
        *,
        message_id: str,
        modalities: list[Literal["text", "audio"]],
        audio_end_ms: int,
        audio_transcript: NotGivenOr[str] = NOT_GIVEN,
    ) -> None:
        self._model.truncated_at_ms.append(audio_end_ms)

    @override
    async def aclose(self) -> None:
        return None

    @override
    def generate_reply(
        self,
        *,
        instructions: NotGivenOr[str] = NOT_GIVEN,
        tool_choice: NotGivenOr[llm.ToolChoice] = NOT_GIVEN,
        tools: NotGivenOr[list[llm.Tool]] = NOT_GIVEN,
    ) -> asyncio.Future[GenerationCreatedEvent]:
        future: asyncio.Future[GenerationCreatedEvent] = asyncio.get_running_loop().create_future()
        text = self._script.pop(0)
        if text is None:
            return future
        modalities: asyncio.Future[list[Literal["text", "audio"]]] = asyncio.get_running_loop().create_future()
        modalities.set_result(["audio", "text"])
        message = MessageGeneration(
            message_id=f"message_{next(self._ids)}",
            text_stream=_each(text),
            audio_stream=_each(_frame(len(text) / SPEAKING_RATE_CHARS_PER_S)),
            modalities=modalities,
        )
        future.set_result(
            GenerationCreatedEvent(
                message_stream=_each(message), function_stream=_each(), user_initiated=True, response_id="response"
            )
        )
        return future


async def _each(*items: Any) -> AsyncIterator[Any]:
    for item in items:
        yield item


def _frame(seconds: float) -> rtc.AudioFrame:
    pcm = tone(seconds)
    return rtc.AudioFrame(pcm, PCM_RATE_HZ, 1, len(pcm) // 2)
