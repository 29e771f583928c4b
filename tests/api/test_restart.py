"""The API as a process of its own, killed without warning between batches: what it acknowledged is there."""

import asyncio
import base64
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from contracts.conversation_event import (
    AssistantBecameReady,
    AssistantTurn,
    ConversationEvent,
    Ended,
    EventBatch,
    ParticipantPresence,
)
from contracts.room_event import EndReason
from tests.api.house import MICROPHONE, PASSWORD, ROOT, WORKER_TOKEN, MovedClock, some_wav
from tests.api.livekit_server import free_port

pytestmark = pytest.mark.anyio

_STARTS_WITHIN_S = 60


class Server:
    """`python -m api`, which can be killed and started again."""

    def __init__(self, folder: Path, database_url: str, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "api.log"
        self._environment = {
            "PATH": os.environ["PATH"],
            "EARWITNESS_DATABASE_URL": database_url,
            "EARWITNESS_BLOB_DIR": str(folder / "blobs"),
            "EARWITNESS_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
            "EARWITNESS_WORKER_TOKEN": WORKER_TOKEN,
            "EARWITNESS_RESEARCHER_PASSWORD": PASSWORD,
            "EARWITNESS_LOCAL_MODE": "1",
            "EARWITNESS_PORT": str(self.port),
            # Nobody is there: rooms are asked for in vain, which the record must survive too.
            "LIVEKIT_URL": "ws://127.0.0.1:1",
            "LIVEKIT_API_KEY": "key",
            "LIVEKIT_API_SECRET": "a-secret-of-at-least-32-characters",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220  returns at once
                [sys.executable, "-m", "api"], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        await asyncio.wait_for(self._answers(), _STARTS_WITHIN_S)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait()

    async def _answers(self) -> None:
        assert self._process is not None
        async with httpx.AsyncClient() as client:
            while self._process.poll() is None:
                try:
                    if (await client.get(f"{self.url}/healthz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                # The process has no other way to say that it is ready.
                await asyncio.sleep(0.1)
        raise RuntimeError(f"the API ended: {self.log.read_text()}")


@asynccontextmanager
async def running(folder: Path, database_url: str, **environment: str) -> AsyncIterator[Server]:
    server = Server(folder, database_url, **environment)
    await server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[Server]:
    async with running(tmp_path, database_url) as started:
        yield started


async def _conversation(participant: httpx.AsyncClient, researcher: httpx.AsyncClient) -> str:
    for call, body in (
        ("", {"study": "demo"}),
        ("/begin", None),
        ("/consent", {"accepted": True, "version": "2025-1"}),
        ("/microphone", MICROPHONE),
        ("/conversation", None),
    ):
        answer = await participant.post(f"/api/participation{call}", json=body)
        assert answer.status_code == 200, answer.text
    assert (await researcher.post("/api/researcher/login", json={"password": PASSWORD})).status_code == 200
    [item] = (await researcher.get("/api/researcher/conversations")).json()["items"]
    conversation_id: str = item["id"]
    return conversation_id


async def test_killed_between_batches_the_api_loses_nothing_it_acknowledged(server: Server) -> None:
    clock = MovedClock()
    bodies = [
        ParticipantPresence(change="joined"),
        AssistantBecameReady(),
        *(AssistantTurn(turn=n, text=f"reply {n}", interrupted=False, spoken_by="model") for n in range(1, 40)),
        Ended(reason=EndReason.TIME_UP),
    ]
    events = [ConversationEvent(sequence=n, at=clock(), body=body) for n, body in enumerate(bodies, start=1)]
    async with (
        httpx.AsyncClient(base_url=server.url) as participant,
        httpx.AsyncClient(base_url=server.url) as researcher,
        httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {WORKER_TOKEN}"}) as worker,
    ):
        conversation_id = await _conversation(participant, researcher)
        base = f"/worker/conversations/{conversation_id}"
        assert (await worker.get(f"{base}/brief", params={"source": "job"})).status_code == 200
        sound = some_wav()

        async def deliver(first: int, last: int) -> None:
            batch = EventBatch(source="job", events=tuple(events[first - 1 : last]))
            answer = await worker.post(f"{base}/events", json=batch.model_dump(mode="json"))
            assert answer.json() == {"through": last}, answer.text

        await deliver(1, 10)
        digest = "0" * 64
        assert (
            await worker.put(f"{base}/turns/1/audio", content=sound, headers={"X-Content-SHA256": digest})
        ).status_code == 422
        server.kill()
        await server.start()
        # As a worker does that got no answer: the last batch again, and then on.
        await deliver(1, 10)
        await deliver(11, 25)
        server.kill()
        await server.start()
        await deliver(20, len(events))
        server.kill()
        await server.start()

        shown = (await researcher.get(f"/api/researcher/conversations/{conversation_id}")).json()
        stored = [event for event in shown["events"] if event["source"] == "job"]
        assert [event["sequence"] for event in stored] == list(range(1, len(events) + 1))
        assert [event["body"] for event in stored] == [body.model_dump(mode="json") for body in bodies]
        assert [event["position"] for event in shown["events"]] == list(range(1, len(shown["events"]) + 1))
        assert shown["summary"]["end_reason"] == "time_up"
        assert (await participant.get("/api/participation")).json()["stage"] in {"rating", "finished"}


async def test_asked_to_stop_the_api_stops_cleanly_and_says_nothing_of_anybody(sqlite_url: str, tmp_path: Path) -> None:
    server = Server(tmp_path, sqlite_url)
    await server.start()
    async with httpx.AsyncClient(base_url=server.url) as client:
        await client.post("/api/participation", json={"study": "demo", "prolific_pid": "a-recruitment-id"})
        await client.get("/p/demo?PROLIFIC_PID=a-recruitment-id")
    assert server.kill(signal.SIGTERM) in {0, -signal.SIGTERM}
    assert "a-recruitment-id" not in server.log.read_text()
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("name", ["EARWITNESS_WORKER_TOKEN", "EARWITNESS_STUDY_FILE"])
def test_what_is_missing_is_said_in_a_line_and_the_process_ends(name: str, sqlite_url: str, tmp_path: Path) -> None:
    server = Server(tmp_path, sqlite_url)
    environment = {**server._environment, name: "" if name.endswith("TOKEN") else "/nowhere.yaml"}
    ended = subprocess.run(
        [sys.executable, "-m", "api"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert (name if name.endswith("TOKEN") else "/nowhere.yaml") in ended.stderr
