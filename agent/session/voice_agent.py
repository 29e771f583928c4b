"""The one agent for every kind of model: what differs is in its `VoiceModel`."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable
from typing import cast

from livekit import rtc
from livekit.agents import Agent, FlushSentinel, ModelSettings, StopResponse, llm
from typing_extensions import override

from agent.interface import PCM_KEY, AudioText, VoiceModel
from agent.models.failure import EmptyReplyError
from agent.session.failures import Component
from agent.session.harness_voice import Line
from agent.session.hearing import Hearing
from agent.session.options import ProviderPatience
from agent.session.prompt import GREETING_CUE
from agent.session.speech import HarnessText, Synthesis, speak
from agent.session.spoken import Utterance, tag


class VoiceAgent(Agent):
    """Hears segments instead of a transcript stream, speaks what its model says, apologises when that fails."""

    def __init__(
        self,
        *,
        instructions: str,
        model: VoiceModel,
        hearing: Hearing,
        on_failure: Callable[[Component, BaseException], Line],
        synthesis: Synthesis,
        patience: ProviderPatience,
        tools: list[llm.Tool | llm.Toolset],
        chat_ctx: llm.ChatContext,
    ) -> None:
        super().__init__(
            instructions=instructions,
            tools=tools,
            llm=model.llm,
            tts=model.tts,
            stt=None,
            chat_ctx=chat_ctx,
        )
        self._model, self._hearing, self._on_failure = model, hearing, on_failure
        self._synthesis, self._patience = synthesis, patience
        self._realtime_text: Utterance | None = None

    @override
    async def on_user_turn_completed(self, turn_ctx: llm.ChatContext, new_message: llm.ChatMessage) -> None:
        segments = self._hearing.take_segments()
        if not segments:
            raise StopResponse
        content = await self._hearing.hear(segments)
        if content is None:
            raise StopResponse
        new_message.content = content
        new_message.metrics["stopped_speaking_at"] = segments[-1].stopped_at

    @override
    async def llm_node(
        self, chat_ctx: llm.ChatContext, tools: list[llm.Tool], model_settings: ModelSettings
    ) -> AsyncIterator[llm.ChatChunk | str | FlushSentinel]:
        turn, marks = self._hearing.turn, self._hearing.marks
        if turn == 0 and not _has_user_message(chat_ctx):
            chat_ctx = chat_ctx.copy()
            capabilities = self._model.spec.capabilities
            # A strict template wants a user message where an instruction would do.
            strict = capabilities.merge_user_messages or not capabilities.system_role
            chat_ctx.add_message(role="user" if strict else "system", content=GREETING_CUE)
        answered = False
        try:
            async for chunk in self._answer(self._model.shape_context(chat_ctx), tools, model_settings):
                if isinstance(chunk, llm.ChatChunk) and chunk.delta is None:
                    yield chunk
                    continue
                for piece in _pieces(chunk):
                    answered = answered or _says_or_does(piece)
                    if marks is not None and _says(piece):
                        marks.token()
                    yield piece
            if not answered and not (marks is not None and marks.first_token is not None):
                raise EmptyReplyError
        except (GeneratorExit, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a provider's client raises ends in an apology
            line = self._on_failure("llm", error)
            yield HarnessText(Line.GREETING if turn == 0 and not answered else line)

    async def _answer(
        self, context: llm.ChatContext, tools: list[llm.Tool], settings: ModelSettings
    ) -> AsyncIterator[llm.ChatChunk | str | FlushSentinel]:
        stream = aiter(
            cast(
                "AsyncIterable[llm.ChatChunk | str | FlushSentinel]",
                Agent.default.llm_node(self, context, tools, settings),
            )
        )
        patience_s = self._patience.first_token_s
        while True:
            try:
                async with asyncio.timeout(patience_s):
                    chunk = await anext(stream)
            except StopAsyncIteration:
                return
            patience_s = self._patience.next_token_s
            yield chunk

    @override
    async def tts_node(self, text: AsyncIterable[str], model_settings: ModelSettings) -> AsyncIterator[rtc.AudioFrame]:
        turn, marks = self._hearing.turn, self._hearing.marks
        try:
            async for part in speak(text, self._synthesis):
                if marks is not None:
                    marks.audio()
                yield tag(part.frame, part.utterance, marks=marks, turn=turn)
        except (GeneratorExit, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - as above
            self._on_failure("tts", error)
            async for part in speak(_one(HarnessText(Line.VOICE_FAILED)), self._synthesis):
                if marks is not None:
                    marks.audio()
                yield tag(part.frame, part.utterance, marks=marks, turn=turn)

    @override
    def realtime_audio_output_node(
        self, audio: AsyncIterable[rtc.AudioFrame], model_settings: ModelSettings
    ) -> AsyncIterator[rtc.AudioFrame]:
        # Known before the first frame: the words may come ahead of it.
        self._realtime_text = Utterance("model")
        return self._realtime_frames(audio, self._realtime_text)

    async def _realtime_frames(
        self, audio: AsyncIterable[rtc.AudioFrame], utterance: Utterance
    ) -> AsyncIterator[rtc.AudioFrame]:
        turn, marks = self._hearing.turn, self._hearing.marks
        async for frame in audio:
            if marks is not None:
                marks.token()
                marks.audio()
            yield tag(frame, utterance, marks=marks, turn=turn)
        utterance.complete = True

    @override
    async def transcription_node(self, text: AsyncIterable[str], model_settings: ModelSettings) -> AsyncIterator[str]:
        # A realtime model's words come beside its audio, everyone else's inside it.
        realtime = isinstance(self._model.llm, llm.RealtimeModel)
        async for delta in text:
            if realtime and self._realtime_text is not None:
                self._realtime_text.text += delta
            yield delta


async def _one(text: str) -> AsyncIterator[str]:
    yield text


def _has_user_message(context: llm.ChatContext) -> bool:
    return any(item.type == "message" and item.role == "user" for item in context.items)


def _pieces(chunk: llm.ChatChunk | str | FlushSentinel) -> list[llm.ChatChunk | str | FlushSentinel]:
    """A chunk with audio becomes text that carries it, and a chunk with whatever else it held."""
    if not isinstance(chunk, llm.ChatChunk) or chunk.delta is None or PCM_KEY not in (chunk.delta.extra or {}):
        return [chunk]
    extra = dict(chunk.delta.extra or {})
    pcm = extra.pop(PCM_KEY)
    pieces: list[llm.ChatChunk | str | FlushSentinel] = []
    if spoken := AudioText(chunk.delta.content or "", pcm):
        pieces.append(spoken)
    rest = chunk.delta.model_copy(update={"content": None, "extra": extra or None})
    if rest.tool_calls or rest.extra or chunk.usage:
        pieces.append(chunk.model_copy(update={"delta": rest}))
    return pieces


def _says(piece: llm.ChatChunk | str | FlushSentinel) -> bool:
    if isinstance(piece, llm.ChatChunk):
        return piece.delta is not None and bool(piece.delta.content)
    return isinstance(piece, str) and bool(piece)


def _says_or_does(piece: llm.ChatChunk | str | FlushSentinel) -> bool:
    if isinstance(piece, llm.ChatChunk):
        return piece.delta is not None and bool((piece.delta.content or "").strip() or piece.delta.tool_calls)
    return isinstance(piece, AudioText) or (isinstance(piece, str) and bool(piece.strip()))
