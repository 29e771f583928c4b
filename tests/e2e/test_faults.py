"""What a participant and the record go through when a process dies, with everything real."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.room_event import AssistantReady, Notice, NoticeKind, RoomEventBody, Snapshot, VerificationUpdated
from participants_sim.path_client import PathClient
from participants_sim.speech import synthesise
from participants_sim.voice import Voice
from tests.e2e.browser import until
from tests.e2e.stack import Stack, start_stack

pytestmark = [pytest.mark.e2e, pytest.mark.anyio, pytest.mark.timeout(240)]

STEPS = 4


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    with start_stack(folder, models=["demo-pipeline"], scenarios=["messaging-welcome-teammate"]) as started:
        yield started


@asynccontextmanager
async def conversation(stack: Stack) -> AsyncIterator[tuple[PathClient, Voice]]:
    """A participant whose assistant has greeted."""
    voice = Voice()
    async with PathClient(stack.api_url) as client:
        await client.to_scenario(str(stack.study["id"]))
        await client.start_conversation()
        connection = await client.connection()
        await voice.connect(connection["url"], connection["token"])
        try:
            await voice.until(lambda body: isinstance(body, AssistantReady))
            await voice.quiet_for(1.0)
            yield client, voice
        finally:
            await voice.aclose()


async def ask(voice: Voice, sentence: str, steps: int) -> None:
    """Speak until so many steps are met, at most three times."""
    for _attempt in range(3):
        seen = len(voice.events)
        await voice.say(synthesise(sentence))
        try:
            await voice.until(lambda body: met(body) >= steps, after=seen, timeout_s=12.0)
        except TimeoutError:
            continue
        await voice.quiet_for(1.0)
        return
    pytest.fail(f"step {steps} was not completed")


def met(body: RoomEventBody) -> int:
    report = body.report if isinstance(body, VerificationUpdated | Snapshot) else None
    return sum(step.met for step in report.steps) if report else 0


def is_notice(kind: NoticeKind, body: RoomEventBody) -> bool:
    return isinstance(body, Notice) and body.kind is kind


async def test_a_killed_agent_is_told_of_within_5_s_and_its_successor_remembers(stack: Stack) -> None:
    async with conversation(stack) as (client, voice):
        await ask(voice, "Please add Emma to the contacts.", 1)
        seen = len(voice.events)
        await voice.say(synthesise("Send Emma a message that says welcome to the team."))
        killed = time.monotonic()
        os.kill(job_pid(stack), signal.SIGKILL)
        after = await voice.until(lambda body: is_notice(NoticeKind.AGENT_LOST, body), after=seen, timeout_s=10)
        assert time.monotonic() - killed < 5.0
        after = await voice.until(lambda body: is_notice(NoticeKind.AGENT_RETURNED, body), after=after, timeout_s=30)
        snapshot = next(e.body for e in reversed(voice.events) if isinstance(e.body, Snapshot))
        assert met(snapshot) >= 1, "the successor has forgotten what was done"
        await voice.quiet_for(1.0)
        await ask(voice, "Send Emma a message that says welcome to the team.", 2)
        await client.end_conversation()
    shown = await record(stack)
    assert len({e["source"] for e in shown["events"] if e["body"]["type"] == "agent_joined"}) == 2
    assert "agent_lost" in {e["body"]["type"] for e in shown["events"]}
    assert_no_gap(shown["events"])
    assert shown["verdict"]["agrees"] is True


async def test_a_conversation_goes_on_while_the_api_is_dead_and_nothing_is_lost(stack: Stack) -> None:
    async with conversation(stack) as (client, voice):
        await ask(voice, "Please add Emma to the contacts.", 1)
        launcher, api = stack.process.pid, stack.links["pids"]["api"]
        os.kill(launcher, signal.SIGSTOP)  # or it would start the API again at once
        try:
            os.kill(api, signal.SIGKILL)
            died = time.monotonic()
            await ask(voice, "Send Emma a message that says welcome to the team.", 2)
            await asyncio.sleep(max(0.0, 20 - (time.monotonic() - died)))
        finally:
            os.kill(launcher, signal.SIGCONT)
        await ask(voice, "Please send Emma a message that the team meets on Monday in the garden room.", 3)
        await answered(client)
        assert not any(is_notice(NoticeKind.AGENT_LOST, event.body) for event in voice.events)
        await client.end_conversation()
    shown = await record(stack)
    assert_no_gap(shown["events"])
    turns = [e["body"]["turn"] for e in shown["events"] if e["body"]["type"] == "user_turn"]
    assert turns == list(range(1, len(turns) + 1))
    assert len(shown["turns"]) == len(turns), "a turn's audio is missing"
    assert shown["verdict"]["agrees"] is True
    assert shown["verdict"]["replayed"]["progress"] == 3 / STEPS


def job_pid(stack: Stack) -> int:
    """The process that has the running conversation's spool open, and is not the worker itself."""
    spool, worker = stack.folder / "spool", stack.links["pids"]["worker"]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = [file.readlink() for file in (process / "fd").iterdir()]
        except OSError:
            continue
        if int(process.name) != worker and any(spool in link.parents for link in links):
            return int(process.name)
    pytest.fail("no process holds the spool of a running conversation")


async def answered(client: PathClient) -> None:
    """Wait until the API answers again."""
    async with asyncio.timeout(30):
        while True:
            try:
                await client.view()
            except httpx.TransportError:
                await asyncio.sleep(0.2)
            else:
                return


async def record(stack: Stack) -> dict[str, Any]:
    """The latest conversation, once its verdict and recording are stored."""

    def read() -> dict[str, Any]:
        with stack.researcher() as client:
            listed = client.get("/api/researcher/conversations", params={"limit": 50}).json()["items"]
            latest = max(listed, key=lambda item: str(item["created_at"]))
            shown: dict[str, Any] = {}

            def stored() -> bool:
                shown.update(client.get(f"/api/researcher/conversations/{latest['id']}").json())
                return shown["verdict"]["replayed"] is not None and bool(shown["recordings"])

            until(stored, "verdict and recording are stored", 40)
            return shown

    return await asyncio.to_thread(read)


def assert_no_gap(events: list[dict[str, Any]]) -> None:
    """Each source's own numbers are 1, 2, 3 and so on: nothing lost, nothing twice."""
    by_source: dict[str, list[int]] = {}
    for event in events:
        by_source.setdefault(event["source"], []).append(event["sequence"])
    for source, sequences in by_source.items():
        assert sequences == list(range(1, len(sequences) + 1)), source
