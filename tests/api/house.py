"""The whole API in this process, over HTTP without a socket, with a clock that the test moves."""

import hashlib
import io
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from api.app import assemble, make_context
from api.context import Context
from api.conversations.watcher import Watcher
from api.rooms.local import LocalRooms
from api.settings import Settings
from contracts.conversation_event import ConversationEventBody, EventBatch
from contracts.rating import Dimension

ROOT = Path(__file__).parents[2]
WORKER_TOKEN = "the-workers-token"
PASSWORD = "the-researchers-password"
MICROPHONE = {
    "peak_dbfs": -12.5,
    "echo_cancellation": True,
    "noise_suppression": True,
    "auto_gain_control": False,
    "sample_rate_hz": 48000,
}
RATING = {"scores": dict.fromkeys(Dimension, 4), "feedback": "It was all right."}


class MovedClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def settings(folder: Path, database_url: str, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "database_url": database_url,
        "blob_dir": folder / "blobs",
        "master_key": bytes(range(32)),
        "worker_token": WORKER_TOKEN,
        "researcher_password": PASSWORD,
        "study_file": ROOT / "studies/demo.yaml",
        "models_file": ROOT / "models.yaml",
        "web_dist": None,
        "host": "127.0.0.1",
        "port": 0,
        "livekit_url": "ws://127.0.0.1:1",
        "public_livekit_url": "ws://127.0.0.1:1",
        "livekit_api_key": "key",
        "livekit_api_secret": "a-secret-of-at-least-32-characters",
        "max_conversations": 100,
        "fit_interval_s": 900,
        "local_mode": True,
    }
    return Settings(**(values | changes))


@dataclass
class House:
    context: Context
    clock: MovedClock
    rooms: LocalRooms
    app: FastAPI

    def client(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://house", headers=headers)

    @asynccontextmanager
    async def participant(self) -> AsyncIterator["Walker"]:
        async with self.client() as client:
            yield Walker(self, client)

    @asynccontextmanager
    async def worker(self, conversation_id: str, source: str = "job-1") -> AsyncIterator["Job"]:
        async with self.client(Authorization=f"Bearer {WORKER_TOKEN}") as client:
            yield Job(self, client, conversation_id, source)

    @asynccontextmanager
    async def researcher(self) -> AsyncIterator[httpx.AsyncClient]:
        async with self.client() as client:
            answer = await client.post("/api/researcher/login", json={"password": PASSWORD})
            assert answer.status_code == 200, answer.text
            yield client

    def watcher(self) -> Watcher:
        return Watcher(self.context)


@dataclass
class Walker:
    """A participant's browser."""

    house: House
    client: httpx.AsyncClient

    async def post(self, call: str, body: Any = None) -> httpx.Response:
        return await self.client.post(f"/api/participation{call}", json=body)

    async def step(self, call: str, body: Any = None) -> dict[str, Any]:
        """A call that must go well; returns the view."""
        answer = await self.post(call, body)
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view

    async def view(self) -> dict[str, Any]:
        answer = await self.client.get("/api/participation")
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view

    async def to_microphone(self) -> None:
        await self.step("", {"study": "demo"})
        await self.step("/begin")
        await self.step("/consent", {"accepted": True, "version": self.house.context.study.consent.version})

    async def to_scenario(self) -> dict[str, Any]:
        await self.to_microphone()
        return await self.step("/microphone", MICROPHONE)

    async def to_conversation(self) -> str:
        """Returns the conversation's id, as the dispatch carries it."""
        await self.to_scenario()
        await self.step("/conversation")
        return self.house.rooms.dispatched[-1]


@dataclass
class Job:
    """An agent job of the worker."""

    house: House
    client: httpx.AsyncClient
    conversation_id: str
    source: str
    delivered: int = 0

    @property
    def base(self) -> str:
        return f"/worker/conversations/{self.conversation_id}"

    async def take(self) -> httpx.Response:
        return await self.client.get(f"{self.base}/brief", params={"source": self.source})

    async def beat(self) -> dict[str, Any]:
        answer = await self.client.post(f"{self.base}/heartbeat", json={"source": self.source})
        assert answer.status_code == 200, answer.text
        order: dict[str, Any] = answer.json()
        return order

    def batch(self, first: int, bodies: Sequence[ConversationEventBody]) -> dict[str, Any]:
        at = self.house.clock()
        events = [{"sequence": number, "at": at, "body": body} for number, body in enumerate(bodies, start=first)]
        return EventBatch.model_validate({"source": self.source, "events": events}).model_dump(mode="json")

    async def send(self, batch: dict[str, Any]) -> httpx.Response:
        return await self.client.post(f"{self.base}/events", json=batch)

    async def log(self, *bodies: ConversationEventBody) -> None:
        """Deliver the next events, which must be taken."""
        answer = await self.send(self.batch(self.delivered + 1, bodies))
        assert answer.status_code == 200, answer.text
        self.delivered += len(bodies)

    async def put(self, call: str, content: bytes, digest: str | None = None) -> httpx.Response:
        headers = {"X-Content-SHA256": digest or hashlib.sha256(content).hexdigest()}
        return await self.client.put(f"{self.base}{call}", content=content, headers=headers)


@asynccontextmanager
async def open_house(folder: Path, database_url: str, **changes: Any) -> AsyncIterator[House]:
    clock = MovedClock()
    rooms = LocalRooms()
    made = settings(folder, database_url, **changes)
    context = make_context(made, rooms=rooms, clock=clock)
    app = assemble(made)
    app.state.context = context
    try:
        yield House(context, clock, rooms, app)
    finally:
        await context.database.aclose()


def some_wav(seconds: float = 0.1) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(b"\x01\x02" * int(16_000 * seconds))
    return content.getvalue()
