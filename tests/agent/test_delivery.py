"""What a job logs reaches the API once, whatever happens to either."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.delivery import delivery as delivery_module
from agent.delivery.delivery import Delivery, deliver_leftovers
from agent.delivery.spool import Spool
from agent.delivery.worker_api import WorkerApi
from contracts.base import ConversationId
from contracts.conversation_event import NoticeSent
from contracts.room_event import NoticeKind
from tests.agent.fakes.api_server import ApiServer

pytestmark = pytest.mark.anyio

ID = ConversationId("c0ffee")
EVENT = NoticeSent(kind=NoticeKind.LONG_TURN)


@pytest.fixture
def api() -> Iterator[ApiServer]:
    server = ApiServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_module, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(delivery_module, "LONGEST_PAUSE_S", 0.05)


def sequences(api: ApiServer, source: str) -> list[int]:
    return [event.sequence for event in api.stored.events.get(source, [])]


def new_spool(root: Path, source: str = "job-1") -> Spool:
    return Spool.create(root, ID, source, recording_part=1)


async def test_a_crash_between_storing_and_acknowledging_stores_nothing_twice(tmp_path: Path, api: ApiServer) -> None:
    api.crash_before_acknowledging = 2
    delivery = Delivery(new_spool(tmp_path), WorkerApi(api.url, "token"))
    running = asyncio.create_task(delivery.run())
    for _ in range(5):
        delivery.append(EVENT)
    delivery.keep_turn_audio(1, b"RIFF")
    delivery.finish()
    await asyncio.wait_for(running, 10)
    assert sequences(api, "job-1") == [1, 2, 3, 4, 5]
    assert api.stored.deliveries >= 3
    assert api.stored.turns == {1: b"RIFF"}
    assert Spool.folders(tmp_path) == []


async def test_an_api_that_is_down_loses_nothing(tmp_path: Path, api: ApiServer) -> None:
    delivery = Delivery(new_spool(tmp_path), WorkerApi(api.url, "token"))
    running = asyncio.create_task(delivery.run())
    delivery.append(EVENT)
    while not sequences(api, "job-1"):
        await asyncio.to_thread(api.changed.wait, 1)
        await asyncio.sleep(0)
    await asyncio.to_thread(api.stop)
    for _ in range(300):
        delivery.append(EVENT)
    delivery.finish()
    # Long enough for several attempts that fail.
    done, _ = await asyncio.wait({running}, timeout=0.2)
    assert not done
    await asyncio.to_thread(api.start)
    await asyncio.wait_for(running, 10)
    assert sequences(api, "job-1") == list(range(1, 302))


async def test_an_api_that_lost_events_gets_them_again(tmp_path: Path, api: ApiServer) -> None:
    delivery = Delivery(new_spool(tmp_path), WorkerApi(api.url, "token"))
    running = asyncio.create_task(delivery.run())
    for _ in range(3):
        delivery.append(EVENT)
    while len(sequences(api, "job-1")) < 3:
        await asyncio.to_thread(api.changed.wait, 1)
        await asyncio.sleep(0)
    api.stored.events["job-1"] = api.stored.events["job-1"][:1]
    delivery.append(EVENT)
    delivery.finish()
    await asyncio.wait_for(running, 10)
    assert sequences(api, "job-1") == [1, 2, 3, 4]


KILLED_JOB = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from agent.delivery.spool import Spool
from contracts.conversation_event import NoticeSent
spool = Spool.create(Path(sys.argv[1]), "c0ffee", "job-killed", recording_part=1)
for _ in range(4):
    spool.append(NoticeSent(kind="long_turn"), datetime.now(UTC))
spool.keep_turn_audio(1, b"RIFF")
os.kill(os.getpid(), signal.SIGKILL)
"""


async def test_what_a_killed_job_left_is_delivered_by_the_next(tmp_path: Path, api: ApiServer) -> None:
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED_JOB, str(tmp_path), cwd=Path(__file__).parents[2]
    )
    assert await killed.wait() == -9
    async with WorkerApi(api.url, "token") as client:
        assert await deliver_leftovers(tmp_path, client, ID) == 1
    assert sequences(api, "job-killed") == [1, 2, 3, 4]
    assert api.stored.turns == {1: b"RIFF"}
    assert Spool.folders(tmp_path) == []


async def test_a_spool_that_is_held_is_left_alone(tmp_path: Path, api: ApiServer) -> None:
    held = new_spool(tmp_path)
    held.append(EVENT, datetime.now(UTC))
    async with WorkerApi(api.url, "token") as client:
        assert await deliver_leftovers(tmp_path, client) == 0
        held.close()
        assert await deliver_leftovers(tmp_path, client) == 1
    assert sequences(api, "job-1") == [1]


async def test_two_jobs_that_start_together_send_a_leftover_once(tmp_path: Path, api: ApiServer) -> None:
    left = new_spool(tmp_path)
    for _ in range(3):
        left.append(EVENT, datetime.now(UTC))
    left.close()
    async with WorkerApi(api.url, "token") as one, WorkerApi(api.url, "token") as two:
        counts = await asyncio.gather(deliver_leftovers(tmp_path, one), deliver_leftovers(tmp_path, two))
    assert sorted(counts) == [0, 1]
    assert api.stored.deliveries == 1


def test_half_a_line_is_not_an_event(tmp_path: Path) -> None:
    spool = new_spool(tmp_path)
    spool.append(EVENT, datetime.now(UTC))
    spool.close()
    with (spool.folder / "events.jsonl").open("ab") as file:
        file.write(b'{"sequence": 2, "at": "20')
    adopted = Spool.adopt(spool.folder)
    assert adopted is not None
    assert adopted.append(EVENT, datetime.now(UTC)).sequence == 2
    assert [event.sequence for event in adopted.unsent(10)] == [1, 2]
