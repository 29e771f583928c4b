"""Processor time and memory of the real worker while conversations run in it."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.results import show
from contracts.room_event import AssistantReady
from participants_sim.path_client import PathClient
from participants_sim.speech import synthesise
from participants_sim.voice import Voice
from tests.e2e.stack import Stack, start_stack

CONVERSATIONS = 3
TALK_S = 40.0
IDLE_S = 5
SETTLES_WITHIN_S = 60
SETTLED_CORES = 0.1


def measure_worker() -> dict[str, float]:
    """Cores per running conversation, and memory per job, of `python -m agent` with the demo pipeline."""
    with (
        tempfile.TemporaryDirectory() as folder,
        start_stack(Path(folder), models=["demo-pipeline"], scenarios=["open-conversation"]) as stack,
    ):
        worker = psutil.Process(int(stack.links["pids"]["worker"]))
        idle = _settled(worker)
        busy = _cores(worker, lambda: asyncio.run(_talk(stack)))
        memory = max(_private_mb(process) for process in worker.children(recursive=True))
    figures = {
        "conversations": float(CONVERSATIONS),
        "idle_cores": round(idle, 3),
        "cores_per_conversation": round((busy - idle) / CONVERSATIONS, 3),
        "private_mb_per_job": round(memory, 1),
    }
    show(
        f"The worker with {CONVERSATIONS} conversations at once",
        ("idle cores", "cores per conversation", "private MB of the largest job"),
        [(f"{idle:.3f}", f"{(busy - idle) / CONVERSATIONS:.3f}", f"{memory:.0f}")],
    )
    return figures


def _settled(worker: psutil.Process) -> float:
    """Cores of a worker without a conversation, once its idle processes have loaded what they need."""
    for _ in range(SETTLES_WITHIN_S // IDLE_S):
        cores = _cores(worker, lambda: time.sleep(IDLE_S))
        if cores < SETTLED_CORES:
            return cores
    raise RuntimeError(f"the idle worker still uses {cores:.2f} cores after {SETTLES_WITHIN_S} s")


def _cores(worker: psutil.Process, work: Callable[[], None]) -> float:
    before, started = _cpu_s(worker), time.monotonic()
    work()
    return (_cpu_s(worker) - before) / (time.monotonic() - started)


def _cpu_s(worker: psutil.Process) -> float:
    spent = 0.0
    for process in [worker, *worker.children(recursive=True)]:
        times = process.cpu_times()
        spent += times.user + times.system
    return spent


def _private_mb(process: psutil.Process) -> float:
    return float(process.memory_full_info().uss) / 2**20


async def _talk(stack: Stack) -> None:
    await asyncio.gather(*(_one(stack) for _ in range(CONVERSATIONS)))


async def _one(stack: Stack) -> None:
    voice = Voice()
    async with PathClient(stack.api_url) as client:
        await client.to_scenario(str(stack.study["id"]))
        await client.start_conversation()
        connection = await client.connection()
        await voice.connect(connection["url"], connection["token"])
        await voice.until(lambda body: isinstance(body, AssistantReady), timeout_s=60)
        ends = time.monotonic() + TALK_S
        while time.monotonic() < ends:
            await voice.say(synthesise("Tell me something nice about the weather."))
            await voice.quiet_for(4.0)
        await voice.aclose()
