"""Starts the processes of one instance, keeps them up, and leaves none behind."""

import asyncio
import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx

_PR_SET_PDEATHSIG = 1
_STOP_GRACE_S = 12.0
_KILLED_WITHIN_S = 1.0
_POLL_S = 0.2
_RESTARTS = (0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Service:
    """A program to keep running; ready when ``ready_url`` answers 200."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    ready_url: str
    ready_within_s: float = 60.0


Change = Literal["starting", "ready", "restarting", "stopped"]
Report = Callable[[str, Change, str], None]


class ServiceError(Exception):
    """A service did not become ready; the message names its log."""


@dataclass(slots=True)
class _Running:
    service: Service
    process: asyncio.subprocess.Process
    restarts: int = 0


@dataclass(slots=True)
class Supervisor:
    """Owns the processes; ``run`` returns when asked to stop, with every process gone."""

    logs: Path
    report: Report
    _running: dict[str, _Running] = field(default_factory=dict)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, services: Sequence[Service]) -> None:
        """Start all and wait until each is ready; raises `ServiceError`, after which `stop` must be called."""
        for service in services:
            self.report(service.name, "starting", "")
            self._running[service.name] = _Running(service, await self._spawn(service))
        async with asyncio.TaskGroup() as group:
            for service in services:
                group.create_task(self._until_ready(service))

    async def watch(self) -> None:
        """Restart what exits, slower each time, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for running in self._running.values():
                group.create_task(self._keep_up(running))

    async def stop(self) -> None:
        """Terminate in the reverse order of starting; kill what has not left in time."""
        self._stopping.set()
        for running in reversed(self._running.values()):
            _signal_group(running.process, signal.SIGTERM)
        waits = [running.process.wait() for running in self._running.values()]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*waits), _STOP_GRACE_S)
        for running in self._running.values():
            # The group may outlive its leader: workers fork.
            _signal_group(running.process, signal.SIGKILL)
            await running.process.wait()
            await _group_gone(running.process)
            self.report(running.service.name, "stopped", "")
        self._running.clear()

    def pids(self) -> dict[str, int]:
        return {name: running.process.pid for name, running in self._running.items()}

    async def _spawn(self, service: Service) -> asyncio.subprocess.Process:
        log = os.open(self.logs / f"{service.name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            return await asyncio.create_subprocess_exec(
                *service.command,
                env=dict(service.env),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        finally:
            os.close(log)

    async def _until_ready(self, service: Service) -> None:
        started = time.monotonic()
        async with httpx.AsyncClient(timeout=2.0, trust_env=False) as client:
            while time.monotonic() - started < service.ready_within_s:
                if self._running[service.name].process.returncode is not None:
                    raise ServiceError(f"{service.name} stopped at once: see {self._log_of(service)}")
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(service.ready_url)).status_code == httpx.codes.OK:
                        self.report(service.name, "ready", f"{time.monotonic() - started:.1f} s")
                        return
                await asyncio.sleep(_POLL_S)
        raise ServiceError(
            f"{service.name} was not ready after {service.ready_within_s:.0f} s: see {self._log_of(service)}"
        )

    async def _keep_up(self, running: _Running) -> None:
        while True:
            code = await running.process.wait()
            if self._stopping.is_set():
                return
            _signal_group(running.process, signal.SIGKILL)
            pause = _RESTARTS[min(running.restarts, len(_RESTARTS) - 1)]
            running.restarts += 1
            self.report(running.service.name, "restarting", f"exit code {code}, see {self._log_of(running.service)}")
            await asyncio.sleep(pause)
            if self._stopping.is_set():
                return
            running.process = await self._spawn(running.service)
            with contextlib.suppress(ServiceError):
                await self._until_ready(running.service)

    def _log_of(self, service: Service) -> Path:
        return self.logs / f"{service.name}.log"


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


async def _group_gone(process: asyncio.subprocess.Process) -> None:
    deadline = time.monotonic() + _KILLED_WITHIN_S
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            await asyncio.sleep(0.01)


def _die_with_parent() -> None:
    # Even a launcher that is killed leaves nothing running (Linux only; elsewhere the call is not there).
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
