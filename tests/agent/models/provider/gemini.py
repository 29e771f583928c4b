"""Gemini's streamGenerateContent."""

import base64
import json
import re
from typing import Any

from aiohttp import web

from tests.agent.models.provider.server import ARGUMENTS, PROVIDER, WORDS, Fault, event_stream, wav_seconds

routes = web.RouteTableDef()


@routes.post("/v1beta/models/{call}")
async def stream_generate_content(request: web.Request) -> web.StreamResponse:
    provider = request.app[PROVIDER]
    body = _in_camel_case(await request.json())
    assert request.match_info["call"].endswith(":streamGenerateContent")
    assert request.query["alt"] == "sse"
    assert request.headers["x-goog-api-key"]
    provider.requests.append(body)
    if provider.fault is Fault.STATUS_500:
        return _refusal("An internal error has occurred", 500, "INTERNAL")
    if why := _objection(body):
        return _refusal(why, 400, "INVALID_ARGUMENT")
    if provider.fault is Fault.STALL_BEFORE_REPLY:
        await provider.stalled()
    response = await event_stream(request)
    if provider.fault is Fault.MALFORMED:
        await response.write(b'data: {"candidates": [{\r\n\r\n')
        return response
    last = body["contents"][-1]["parts"][-1]
    if provider.fault is Fault.EMPTY:
        await _send(response, [])
    elif body.get("tools") and "functionResponse" not in last:
        name = body["tools"][0]["functionDeclarations"][0]["name"]
        await _send(response, [{"functionCall": {"name": name, "args": ARGUMENTS}}])
    else:
        await _send(response, [{"text": WORDS[:8]}], finished=False)
        if provider.fault is Fault.STALL_MID_STREAM:
            await provider.stalled()
        await _send(response, [{"text": WORDS[8:]}])
    return response


def _in_camel_case(value: Any) -> Any:
    """As the real service reads JSON: the client spells some fields one way and some the other."""
    if isinstance(value, list):
        return [_in_camel_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        re.sub("_([a-z])", lambda found: found[1].upper(), key): _in_camel_case(item) for key, item in value.items()
    }


def _objection(body: dict[str, Any]) -> str | None:
    if body["contents"][-1]["role"] != "user":
        return "the last turn is not the user's"
    for turn in body["contents"]:
        if turn["role"] not in ("user", "model") or not turn["parts"]:
            return "Please use a valid role: user, model."
        for part in turn["parts"]:
            if "inlineData" in part:
                inline = part["inlineData"]
                if inline["mimeType"] != "audio/wav" or wav_seconds(base64.urlsafe_b64decode(inline["data"])) <= 0:
                    return "Unable to process input audio"
    return None


async def _send(response: web.StreamResponse, parts: list[dict[str, Any]], *, finished: bool = True) -> None:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
    if finished:
        candidate["finishReason"] = "STOP"
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
    event = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m"}
    await response.write(b"data: " + json.dumps(event).encode() + b"\r\n\r\n")


def _refusal(message: str, code: int, status: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message, "status": status}}, status=code)
