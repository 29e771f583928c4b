"""POST /v1/chat/completions."""

import base64
import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from local.model_server.conversation import Called, Conversation, JsonValue, Reply, Returned, Said
from local.model_server.faults import HEADER, Faults, split_model
from local.model_server.http_api.catalogue import FINGERPRINT
from local.model_server.http_api.openai_wire import BadRequestError, conversation_of, text_tokens
from local.model_server.http_api.sse import DONE, event
from local.model_server.replies import Replies
from local.model_server.speaking.pcm import samples_of, seconds, wav
from local.model_server.speaking.sentences import sentences
from local.model_server.speaking.voice import RATE_HZ

_AUDIO_CHUNK_BYTES = RATE_HZ * 2 // 5
_AUDIO_TOKENS_PER_S = 20
_GARBAGE = b'{"id": "chatcmpl-garbage", "choices": [{"message": {"content": "'


class ChatCompletions:
    """Serves chat completions, streamed or whole, with tools and with audio in and out."""

    def __init__(self, replies: Replies, faults: Faults) -> None:
        self._replies = replies
        self._faults = faults

    async def serve(self, request: Request, body: Mapping[str, JsonValue]) -> Response:
        model, suffix = split_model(str(body.get("model", "")))
        if not model:
            raise BadRequestError("you must provide a model parameter", param="model")
        fault = self._faults.take("chat", header=request.headers.get(HEADER), suffix=suffix)
        await self._faults.before(fault)
        conversation = conversation_of(body, self._replies.spoken)
        aloud = "audio" in (body.get("modalities") or ())
        streamed = bool(body.get("stream"))
        if aloud:
            _check_audio(body.get("audio"), streamed=streamed)
        reply, heard = await self._replies.reply(conversation)
        answer = _Answer(str(body["model"]), reply, heard, conversation, aloud=aloud and bool(reply.text))
        if streamed:
            usage = bool((body.get("stream_options") or {}).get("include_usage"))
            chunks = self._faults.spoil(self._stream(answer, usage=usage), fault)
            return StreamingResponse(chunks, media_type="text/event-stream")
        if fault.stall_after_chunks is not None:
            await self._faults.stall()
        if fault.garbage:
            return Response(_GARBAGE, media_type="application/json")
        return JSONResponse(await self._whole(answer, str((body.get("audio") or {}).get("format", "wav"))))

    async def _whole(self, answer: "_Answer", audio_format: str) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": answer.reply.text or None, "refusal": None}
        spoken_s = 0.0
        if answer.reply.calls:
            message["tool_calls"] = answer.tool_calls()
        if answer.aloud:
            pcm = await self._replies.speak(answer.reply.text)
            spoken_s = seconds(pcm, RATE_HZ)
            spoken = self._replies.remember_spoken(answer.reply.text)
            data = wav(pcm, RATE_HZ) if audio_format == "wav" else pcm
            message["content"] = None
            message["audio"] = {
                "id": spoken.id,
                "expires_at": spoken.expires_at,
                "data": base64.b64encode(data).decode(),
                "transcript": answer.reply.text,
            }
        return {
            **answer.head("chat.completion"),
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": answer.finish_reason}],
            "usage": answer.usage(spoken_s),
        }

    async def _stream(self, answer: "_Answer", *, usage: bool) -> AsyncIterator[bytes]:
        def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
            extra = {"usage": None} if usage else {}
            return event({**answer.head("chat.completion.chunk"), "choices": [choice], **extra})

        spoken_s = 0.0
        yield chunk(
            {"role": "assistant", "content": None if answer.aloud or answer.reply.calls else "", "refusal": None}
        )
        if answer.reply.calls:
            for i, call in enumerate(answer.tool_calls()):
                opening = {**call["function"], "arguments": ""}
                yield chunk({"tool_calls": [{"index": i, "id": call["id"], "type": "function", "function": opening}]})
                yield chunk({"tool_calls": [{"index": i, "function": {"arguments": call["function"]["arguments"]}}]})
        elif answer.aloud:
            spoken = self._replies.remember_spoken(answer.reply.text)
            yield chunk({"audio": {"id": spoken.id, "transcript": ""}})
            for n, sentence in enumerate(sentences(answer.reply.text)):
                pcm = await self._replies.speak(sentence)
                spoken_s += seconds(pcm, RATE_HZ)
                yield chunk({"audio": {"id": spoken.id, "transcript": sentence if n == 0 else f" {sentence}"}})
                for at in range(0, len(pcm), _AUDIO_CHUNK_BYTES):
                    piece = base64.b64encode(pcm[at : at + _AUDIO_CHUNK_BYTES]).decode()
                    yield chunk({"audio": {"id": spoken.id, "data": piece}})
            yield chunk({"audio": {"id": spoken.id, "expires_at": spoken.expires_at}})
        else:
            words = answer.reply.text.split(" ")
            for n, word in enumerate(words):
                yield chunk({"content": word if n == 0 else f" {word}"})
        yield chunk({}, answer.finish_reason)
        if usage:
            yield event({**answer.head("chat.completion.chunk"), "choices": [], "usage": answer.usage(spoken_s)})
        yield DONE


class _Answer:
    """A reply with what both shapes of the answer say about it."""

    def __init__(self, model: str, reply: Reply, heard: Conversation, asked: Conversation, *, aloud: bool) -> None:
        self.reply, self.aloud = reply, aloud
        self._heard, self._asked, self._model = heard, asked, model
        self._id = f"chatcmpl-{secrets.token_hex(12)}"
        self._created = int(time.time())
        self._call_ids = [f"call_{secrets.token_hex(12)}" for _ in reply.calls]

    @property
    def finish_reason(self) -> str:
        return "tool_calls" if self.reply.calls else "stop"

    def head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self._model,
            "service_tier": "default",
            "system_fingerprint": FINGERPRINT,
        }

    def tool_calls(self) -> list[dict[str, Any]]:
        return [
            {"id": i, "type": "function", "function": {"name": c.function, "arguments": json.dumps(dict(c.arguments))}}
            for i, c in zip(self._call_ids, self.reply.calls, strict=True)
        ]

    def usage(self, spoken_s: float) -> dict[str, Any]:
        audio_in = int(sum(_wave_seconds(w) for i in self._asked.items if isinstance(i, Said) for w in i.audio) * 10)
        text_in = sum(text_tokens(_text(i)) for i in self._asked.items)
        audio_out = int(spoken_s * _AUDIO_TOKENS_PER_S)
        text_out = text_tokens(self.reply.text) + sum(text_tokens(str(c.arguments)) + 8 for c in self.reply.calls)
        return {
            "prompt_tokens": text_in + audio_in,
            "completion_tokens": text_out + audio_out,
            "total_tokens": text_in + audio_in + text_out + audio_out,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": audio_in},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": audio_out},
        }


def _text(item: Said | Called | Returned) -> str:
    if isinstance(item, Said):
        return item.text
    return str(item.arguments) if isinstance(item, Called) else str(item.output)


def _wave_seconds(data: bytes) -> float:
    pcm, rate = samples_of(data)
    return seconds(pcm, rate)


def _check_audio(audio: JsonValue, *, streamed: bool) -> None:
    if not isinstance(audio, Mapping) or "format" not in audio:
        raise BadRequestError("audio output needs 'audio' with 'voice' and 'format'", param="audio")
    allowed = ("pcm16",) if streamed else ("wav", "pcm16")
    if audio["format"] not in allowed:
        raise BadRequestError(
            f"audio format {audio['format']!r} is not served; use {' or '.join(allowed)}",
            param="audio.format",
            code="unsupported_value",
        )
