"""OpenAI's speech and transcription."""

import json
from typing import Any

from aiohttp import web

from tests.agent.models.provider.server import (
    PROVIDER,
    TRANSCRIPT,
    Fault,
    b64,
    event_stream,
    refusal,
    tone,
    wav_seconds,
)

routes = web.RouteTableDef()


@routes.post("/v1/audio/speech")
async def speech(request: web.Request) -> web.StreamResponse:
    provider = request.app[PROVIDER]
    body = await request.json()
    provider.requests.append(body)
    if provider.fault is Fault.STATUS_500:
        return refusal("The server had an error", 500)
    if body["response_format"] != "pcm" or not body["voice"] or not body["input"]:
        return refusal("not a request for speech")
    response = await event_stream(request)
    sound = tone(0.3)
    for start in range(0, len(sound), 4800):
        await _send(response, {"type": "speech.audio.delta", "audio": b64(sound[start : start + 4800])})
        if provider.fault is Fault.STALL_MID_STREAM:
            await provider.stalled()
    await _send(response, {"type": "speech.audio.done", "usage": {"input_tokens": 5, "output_tokens": 9}})
    return response


async def _send(response: web.StreamResponse, event: dict[str, Any]) -> None:
    await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")


@routes.post("/v1/audio/transcriptions")
async def transcriptions(request: web.Request) -> web.StreamResponse:
    provider = request.app[PROVIDER]
    form = await request.post()
    file = form["file"]
    assert isinstance(file, web.FileField)
    seconds = wav_seconds(file.file.read())
    provider.requests.append({"seconds": seconds, **{name: value for name, value in form.items() if name != "file"}})
    if provider.fault is Fault.STATUS_500:
        return refusal("The server had an error", 500)
    if provider.fault is Fault.STALL_BEFORE_REPLY:
        await provider.stalled()
    return web.json_response({"text": TRANSCRIPT})
