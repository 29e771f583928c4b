"""OpenAI's Realtime API: the events that one turn with a tool needs."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

from aiohttp import WSMsgType, web

from tests.agent.models.provider.server import ARGUMENTS, PROVIDER, WORDS, Fault, b64, tone

routes = web.RouteTableDef()


class Session:
    """One connection's conversation."""

    def __init__(self) -> None:
        self.tools: list[dict[str, Any]] = []
        self.items: list[dict[str, Any]] = []
        self.buffer = b""
        self.numbers = itertools.count(1)

    def answer(self, event: dict[str, Any], fault: Fault | None) -> Iterator[dict[str, Any]]:
        kind = event["type"]
        if kind == "session.update":
            self.tools = event["session"].get("tools", self.tools)
            yield {"type": "session.updated", "session": event["session"]}
        elif kind == "conversation.item.create":
            yield from self._add(event["item"])
        elif kind == "conversation.item.delete":
            self.items = [item for item in self.items if item["id"] != event["item_id"]]
            yield {"type": "conversation.item.deleted", "item_id": event["item_id"]}
        elif kind == "input_audio_buffer.append":
            self.buffer += event["audio"].encode()
        elif kind == "input_audio_buffer.commit":
            item = {"id": self._id("item"), "type": "message", "role": "user", "content": [{"type": "input_audio"}]}
            self.buffer = b""
            yield {"type": "input_audio_buffer.committed", "item_id": item["id"], "previous_item_id": None}
            yield from self._add(item)
        elif kind == "response.create" and fault is not Fault.STALL_BEFORE_REPLY:
            yield from self._respond(event["response"], fault)

    def _add(self, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
        previous = self.items[-1]["id"] if self.items else None
        self.items.append(item)
        yield {"type": "conversation.item.added", "previous_item_id": previous, "item": item | {"status": "completed"}}

    def _respond(self, asked: dict[str, Any], fault: Fault | None) -> Iterator[dict[str, Any]]:
        response_id = self._id("resp")
        response: dict[str, Any] = {"id": response_id, "object": "realtime.response", "output": []}
        response["metadata"] = asked.get("metadata")
        yield {"type": "response.created", "response": response | {"status": "in_progress"}}
        if fault is Fault.STATUS_500:
            error = {"type": "server_error", "code": "server_error"}
            failed = {"status": "failed", "status_details": {"type": "failed", "error": error}}
            yield {"type": "response.done", "response": response | failed}
            return
        answered = bool(self.items) and self.items[-1]["type"] == "function_call_output"
        yield from self._tool_call(response_id) if self.tools and not answered else self._message(response_id)
        usage = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
        yield {"type": "response.done", "response": response | {"status": "completed", "usage": usage}}

    def _tool_call(self, response_id: str) -> Iterator[dict[str, Any]]:
        item = {"id": self._id("item"), "type": "function_call", "call_id": self._id("call")}
        item |= {"name": self.tools[0]["name"], "arguments": ""}
        yield {"type": "response.output_item.added", "response_id": response_id, "output_index": 0, "item": item}
        yield from self._add(item)
        item["arguments"] = json.dumps(ARGUMENTS)
        yield {"type": "response.output_item.done", "response_id": response_id, "output_index": 0, "item": item}

    def _message(self, response_id: str) -> Iterator[dict[str, Any]]:
        item = {"id": self._id("item"), "type": "message", "role": "assistant", "content": []}
        place = {"response_id": response_id, "item_id": item["id"], "output_index": 0, "content_index": 0}
        yield {"type": "response.output_item.added", "response_id": response_id, "output_index": 0, "item": item}
        yield from self._add(item)
        yield {"type": "response.content_part.added", **place, "part": {"type": "audio", "transcript": ""}}
        yield {"type": "response.output_audio_transcript.delta", **place, "delta": WORDS}
        yield {"type": "response.output_audio.delta", **place, "delta": b64(tone())}
        yield {"type": "response.output_audio.done", **place}
        yield {"type": "response.output_item.done", "response_id": response_id, "output_index": 0, "item": item}

    def _id(self, kind: str) -> str:
        return f"{kind}_{next(self.numbers)}"


@routes.get("/v1/realtime")
async def realtime(request: web.Request) -> web.WebSocketResponse:
    provider = request.app[PROVIDER]
    assert request.headers["Authorization"].startswith("Bearer ")
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    provider.requests.append({"model": request.query["model"]})
    session = Session()
    await _send(socket, {"type": "session.created", "session": {"type": "realtime"}})
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            break
        event = json.loads(message.data)
        provider.requests.append(event)
        for reply in session.answer(event, provider.fault):
            await _send(socket, reply)
    return socket


async def _send(socket: web.WebSocketResponse, event: dict[str, Any]) -> None:
    await socket.send_str(json.dumps({"event_id": "event_1", **event}))
