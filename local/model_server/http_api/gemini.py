"""The Gemini API: generateContent and streamGenerateContent, in its JSON names (camelCase; snake_case is read too)."""

import base64
import binascii
import json
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from local.model_server.conversation import Called, Conversation, Function, Item, JsonValue, Reply, Returned, Said
from local.model_server.faults import HEADER, Faults, split_model
from local.model_server.http_api.openai_wire import BadRequestError, parsed, text_tokens
from local.model_server.http_api.sse import event
from local.model_server.replies import Replies

_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"} | {
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED"
}  # fmt: skip


def error(status: int, message: str) -> JSONResponse:
    """An error as Google's APIs write it."""
    name = _STATUS.get(status, "INTERNAL" if status >= 500 else "FAILED_PRECONDITION")
    return JSONResponse({"error": {"code": status, "message": message, "status": name}}, status_code=status)


class GenerateContent:
    """Serves a model's content, whole or streamed."""

    def __init__(self, replies: Replies, faults: Faults) -> None:
        self._replies = replies
        self._faults = faults

    async def serve(self, request: Request, model: str, body: Mapping[str, JsonValue], *, streamed: bool) -> Response:
        _, suffix = split_model(model)
        fault = self._faults.take("gemini", header=request.headers.get(HEADER), suffix=suffix)
        await self._faults.before(fault)
        conversation = conversation_of(_camel(body))
        reply, _ = await self._replies.reply(conversation)
        head = {"modelVersion": model, "responseId": secrets.token_hex(12)}
        usage = _usage(conversation, reply)
        if not streamed:
            if fault.stall_after_chunks is not None:
                await self._faults.stall()
            if fault.garbage:
                return Response(b'{"candidates": [{"content": {"parts": [', media_type="application/json")
            return JSONResponse({"candidates": [_candidate(_parts(reply), last=True)], "usageMetadata": usage, **head})
        chunks = _chunks(reply, usage, head)
        if request.query_params.get("alt") != "sse":
            return StreamingResponse(self._faults.spoil(_as_array(chunks), fault), media_type="application/json")
        return StreamingResponse(self._faults.spoil(_as_events(chunks), fault), media_type="text/event-stream")


async def _chunks(reply: Reply, usage: dict[str, Any], head: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    if reply.calls:
        yield {"candidates": [_candidate(_parts(reply), last=True)], "usageMetadata": usage, **head}
        return
    pieces = re.findall(r"\S+\s*", reply.text) or [""]
    for n, piece in enumerate(pieces):
        yield {"candidates": [_candidate([{"text": piece}], last=n == len(pieces) - 1)], "usageMetadata": usage, **head}


async def _as_events(chunks: AsyncIterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield event(chunk)


async def _as_array(chunks: AsyncIterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    opening = b"["
    async for chunk in chunks:
        yield opening + json.dumps(chunk).encode()
        opening = b",\r\n"
    yield b"]"


def _parts(reply: Reply) -> list[dict[str, Any]]:
    if reply.calls:
        return [
            {"functionCall": {"id": secrets.token_hex(8), "name": c.function, "args": dict(c.arguments)}}
            for c in reply.calls
        ]
    return [{"text": reply.text}]


def _candidate(parts: list[dict[str, Any]], *, last: bool) -> dict[str, Any]:
    done = {"finishReason": "STOP"} if last else {}
    return {"content": {"role": "model", "parts": parts}, "index": 0, **done}


def _usage(conversation: Conversation, reply: Reply) -> dict[str, Any]:
    text = sum(text_tokens(i.text) if isinstance(i, Said) else 16 for i in conversation.items)
    audio = sum(len(w) // 1000 for i in conversation.items if isinstance(i, Said) for w in i.audio)
    out = text_tokens(reply.text) + 12 * len(reply.calls)
    details = [
        {"modality": "TEXT", "tokenCount": text},
        *([{"modality": "AUDIO", "tokenCount": audio}] if audio else []),
    ]
    return {
        "promptTokenCount": text + audio,
        "candidatesTokenCount": out,
        "totalTokenCount": text + audio + out,
        "promptTokensDetails": details,
    }


def _camel(value: JsonValue) -> JsonValue:
    """Keys in camelCase; what belongs to the caller (arguments, results, schemas) stays as it is."""
    if isinstance(value, list):
        return [_camel(v) for v in value]
    if not isinstance(value, Mapping):
        return value
    out: dict[str, JsonValue] = {}
    for key, inner in value.items():
        name = re.sub(r"_(\w)", lambda m: m.group(1).upper(), str(key))
        kept = name in ("args", "response", "parameters", "parametersJsonSchema", "responseJsonSchema")
        out[name] = inner if kept else _camel(inner)
    return out


def conversation_of(body: Mapping[str, JsonValue]) -> Conversation:
    """A generateContent request as a conversation."""
    contents = body.get("contents")
    if isinstance(contents, Mapping):
        contents = [contents]
    if not isinstance(contents, list) or not contents:
        raise BadRequestError("contents is not specified", param="contents")
    items: list[Item] = []
    if (system := body.get("systemInstruction")) is not None:
        items.append(Said("system", _text_of(system)))
    open_calls: list[tuple[str, str]] = []
    for i, content in enumerate(contents):
        items.extend(_items(content, f"contents[{i}]", open_calls))
    declared = [d for tool in body.get("tools") or () for d in tool.get("functionDeclarations") or ()]
    functions = tuple(
        Function(
            str(d.get("name")),
            str(d.get("description") or ""),
            d.get("parametersJsonSchema") or d.get("parameters") or {},
        )
        for d in declared
    )
    config = (body.get("toolConfig") or {}).get("functionCallingConfig") or {}
    mode, allowed = str(config.get("mode", "AUTO")).upper(), config.get("allowedFunctionNames") or ()
    if mode == "ANY" and allowed:
        functions = tuple(f for f in functions if f.name in allowed)
    forced = (functions[0].name if len(functions) == 1 else "*") if mode == "ANY" and functions else None
    return Conversation(tuple(items), functions, may_call=bool(functions) and mode != "NONE", forced=forced)


def _text_of(content: JsonValue) -> str:
    if isinstance(content, str):
        return content
    parts = content.get("parts") if isinstance(content, Mapping) else content
    return "\n".join(str(p.get("text", "")) for p in ([parts] if isinstance(parts, Mapping) else parts or ()))


def _items(content: Mapping[str, JsonValue], at: str, open_calls: list[tuple[str, str]]) -> list[Item]:
    role = content.get("role", "user")
    if role not in ("user", "model", "function"):
        raise BadRequestError(f"Please use a valid role: user, model. {at}.role is {role!r}")
    texts: list[str] = []
    waves: list[bytes] = []
    items: list[Item] = []
    for i, part in enumerate(content.get("parts") or ()):
        if "text" in part:
            if not part.get("thought"):
                texts.append(str(part["text"]))
        elif "inlineData" in part:
            waves.append(_wave(part["inlineData"], f"{at}.parts[{i}]"))
        elif "functionCall" in part:
            call = part["functionCall"]
            call_id = str(call.get("id") or f"{at}.{i}")
            open_calls.append((call_id, str(call.get("name"))))
            items.append(Called(call_id, str(call.get("name")), call.get("args") or {}))
        elif "functionResponse" in part:
            items.append(_returned(part["functionResponse"], open_calls))
        else:
            raise BadRequestError(f"{at}.parts[{i}] has no data that is served here")
    said = Said("assistant" if role == "model" else "user", "\n".join(texts), tuple(waves))
    return ([said] if texts or waves else []) + items if role == "model" else items + ([said] if texts or waves else [])


def _wave(data: Mapping[str, JsonValue], at: str) -> bytes:
    mime = str(data.get("mimeType", ""))
    if not re.fullmatch(r"audio/(?:x-)?(?:wav|wave)(?:;.*)?", mime):
        raise BadRequestError(f"Unsupported MIME type: {mime}; only audio/wav is read here ({at})")
    try:
        # The client library writes base64 with the URL-safe alphabet.
        return base64.b64decode(str(data.get("data", "")).replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error as broken:
        raise BadRequestError(f"Invalid value at {at}.inline_data.data: base64 decoding failed") from broken


def _returned(response: Mapping[str, JsonValue], open_calls: list[tuple[str, str]]) -> Returned:
    name, call_id = str(response.get("name")), response.get("id")
    match = next((c for c in open_calls if c[0] == call_id), None) or next(
        (c for c in open_calls if c[1] == name), None
    )
    if match is not None:
        open_calls.remove(match)
    output = response.get("response")
    if isinstance(output, Mapping) and set(output) <= {"output", "result"} and output:
        output = next(iter(output.values()))
        output = parsed(output, output) if isinstance(output, str) else output
    elif isinstance(output, Mapping) and set(output) == {"error"} and isinstance(output["error"], str):
        output = {"error": output["error"]}
    return Returned(match[0] if match else str(call_id), name, output)
