"""OpenAI's chat completions, streaming, with tools and with audio in and out."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from tests.agent.models.provider.server import (
    ARGUMENTS,
    PROVIDER,
    WORDS,
    Fault,
    Provider,
    b64,
    event_stream,
    refusal,
    tone,
    wav,
)
from tests.agent.models.provider.templates import objection

routes = web.RouteTableDef()

PIECES = (WORDS[:8], WORDS[8:])


@routes.post("/v1/chat/completions")
async def completions(request: web.Request) -> web.StreamResponse:
    provider = request.app[PROVIDER]
    body = await request.json()
    provider.requests.append(body)
    if provider.fault is Fault.STATUS_500:
        return refusal("The server had an error", 500)
    if why := _refused(body) or objection(body, provider.audio_replies):
        return refusal(why, 404 if "not found" in why else 400)
    if provider.fault is Fault.STALL_BEFORE_REPLY:
        await provider.stalled()
    response = await event_stream(request)
    async for chunk in _chunks(provider, body):
        await response.write(b"data: " + chunk + b"\n\n")
    await response.write(b"data: [DONE]\n\n")
    return response


def _refused(body: dict[str, Any]) -> str | None:
    if not body.get("stream"):
        return "only streams are served"
    if "parallel_tool_calls" in body and not body.get("tools"):
        return "'parallel_tool_calls' is only allowed when 'tools' are specified."
    if "audio" in body and body["audio"].get("format") != "pcm16":
        return "audio.format: only pcm16 can be streamed"
    if body["model"].startswith("gpt-4o") and "audio" in body["model"] and "audio" not in body:
        return "This model requires that either input content or output modality contain audio."
    for tool in body.get("tools", []):
        if tool["type"] != "function" or tool["function"]["parameters"]["type"] != "object":
            return "tools: not a function"
    return None


async def _chunks(provider: Provider, body: dict[str, Any]) -> AsyncIterator[bytes]:
    if provider.fault is Fault.MALFORMED:
        yield b'{"id": "chatcmpl-1", "choices": [{'
        return
    yield _chunk({"role": "assistant", "content": ""})
    if provider.fault is Fault.STALL_MID_STREAM:
        await provider.stalled()
    if provider.fault is Fault.EMPTY:
        yield _chunk({}, finish="stop")
    elif body.get("tools") and body["messages"][-1]["role"] != "tool":
        for chunk in _tool_call(body["tools"][0]["function"]["name"]):
            yield chunk
    elif "audio" in body.get("modalities", []) and provider.fault is not Fault.TEXT_ONLY:
        async for chunk in _spoken(provider, body):
            yield chunk
    else:
        for piece in PIECES:
            yield _chunk({"content": piece})
        yield _chunk({}, finish="stop")
    yield _usage()


def _tool_call(name: str) -> list[bytes]:
    arguments = json.dumps(ARGUMENTS)
    half = len(arguments) // 2
    first = {"index": 0, "id": "call00001", "type": "function", "function": {"name": name, "arguments": ""}}
    return [
        _chunk({"tool_calls": [first]}),
        _chunk({"tool_calls": [{"index": 0, "function": {"arguments": arguments[:half]}}]}),
        _chunk({"tool_calls": [{"index": 0, "function": {"arguments": arguments[half:]}}]}),
        _chunk({}, finish="tool_calls"),
    ]


async def _spoken(provider: Provider, body: dict[str, Any]) -> AsyncIterator[bytes]:
    if body["model"].startswith("Qwen/"):  # as vLLM-Omni streams it
        for piece in PIECES:
            yield _chunk({"content": piece}, modality="text")
        yield _chunk({"content": b64(wav(tone()))}, modality="audio", finish="stop")
        return
    reply = f"audio_{len(provider.audio_replies) + 1}"
    yield _chunk({"audio": {"id": reply, "transcript": PIECES[0]}})
    sound = tone()
    if provider.fault is not Fault.NO_SOUND_FOR_WORDS:
        yield _chunk({"audio": {"data": b64(sound[:1001])}})  # in the middle of a sample
        if provider.fault is Fault.BROKEN_AFTER_SOUND:
            yield b"{"
            return
        yield _chunk({"audio": {"data": b64(sound[1001:])}})
    yield _chunk({"audio": {"transcript": PIECES[1]}})
    yield _chunk({"audio": {"expires_at": int(time.time()) + 3600}})
    yield _chunk({}, finish="stop")
    provider.audio_replies.add(reply)


def _chunk(delta: dict[str, Any], *, finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return json.dumps(chunk | more).encode()


def _usage() -> bytes:
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
    return json.dumps(chunk | {"usage": usage}).encode()
