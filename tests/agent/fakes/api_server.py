"""A small API over real HTTP that keeps the worker protocol, and crashes when it is told to."""

import hashlib
import json
import re
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

from contracts.brief import ConversationBrief
from contracts.conversation_event import ConversationEvent, EventBatch


@dataclass
class Stored:
    """What survives a crash of the server: its database."""

    events: dict[str, list[ConversationEvent]] = field(default_factory=dict)
    turns: dict[int, bytes] = field(default_factory=dict)
    recordings: dict[int, bytes] = field(default_factory=dict)
    brief: ConversationBrief | None = None
    owner: str | None = None
    beats: int = 0
    log: list[str] = field(default_factory=list)
    order: dict[str, Any] = field(default_factory=lambda: {"order": "continue"})
    deliveries: int = 0


class ApiServer:
    """Starts and stops on one port over the same `Stored`."""

    def __init__(self, stored: Stored | None = None) -> None:
        self.stored = stored or Stored()
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self.crash_before_acknowledging = 0
        self.changed = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            @override
            def log_message(self, format: str, *args: object) -> None:
                return None

            def _handle(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with api._lock:
                    answer = api.answer(self.command, self.path, content, dict(self.headers))
                if answer is None:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                status, body, media_type = answer
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = _handle  # noqa: N815 - the library's names

        ThreadingHTTPServer.allow_reuse_address = True
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> tuple[int, bytes, str] | None:
        """None: the connection breaks."""
        if self._server is None:
            return None
        stored = self.stored
        name = path.split("/", 4)[4]
        stored.log.append(f"{method} {name.split('?')[0]}")
        self.changed.set()
        if name.startswith("brief"):
            if stored.brief is None:
                return 410, b"{}", "application/json"
            stored.owner = name.split("source=")[1]
            part = sum(1 for line in stored.log if line == "GET brief")
            brief = stored.brief.model_copy(update={"recording_part": part})
            return 200, brief.model_dump_json().encode(), "application/json"
        if name == "events":
            return self._take_events(EventBatch.model_validate_json(content))
        if name == "heartbeat":
            stored.beats += 1
            superseded = stored.owner is not None and json.loads(content)["source"] != stored.owner
            order = {"order": "superseded"} if superseded else stored.order
            return 200, json.dumps(order).encode(), "application/json"
        if found := re.fullmatch(r"(turns|recordings)/(\d+)(/audio)?", name):
            kept = stored.turns if found[1] == "turns" else stored.recordings
            if method == "GET":
                return 200, kept[int(found[2])], "audio/wav"
            if hashlib.sha256(content).hexdigest() != headers["X-Content-SHA256"]:
                return 422, b"{}", "application/json"
            kept[int(found[2])] = content
            return 204, b"", "text/plain"
        return 404, b"{}", "application/json"

    def _take_events(self, batch: EventBatch) -> tuple[int, bytes, str] | None:
        kept = self.stored.events.setdefault(batch.source, [])
        self.stored.deliveries += 1
        if batch.events[0].sequence > len(kept) + 1:
            return 409, json.dumps({"through": len(kept)}).encode(), "application/problem+json"
        kept.extend(event for event in batch.events if event.sequence > len(kept))
        if self.crash_before_acknowledging:
            self.crash_before_acknowledging -= 1
            return None
        return 200, json.dumps({"through": len(kept)}).encode(), "application/json"
