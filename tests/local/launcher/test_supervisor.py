"""The supervisor with real programs: readiness, restarts, and no process left."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from local.launcher.supervisor import Change, Service, ServiceError, Supervisor

pytestmark = pytest.mark.anyio

# A server that forks a child which ignores SIGTERM, as a worker's grandchildren may.
_FORKING_SERVER = """
import http.server, os, signal, sys, time
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open(sys.argv[2], "w").write(str(os.getpid()))
    time.sleep(600)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Reports:
    def __init__(self) -> None:
        self.changes: list[tuple[str, Change]] = []
        self.changed = asyncio.Condition()

    def __call__(self, name: str, change: Change, _detail: str) -> None:
        self.changes.append((name, change))

        async def notify() -> None:
            async with self.changed:
                self.changed.notify_all()

        asyncio.get_running_loop().create_task(notify())

    async def until(self, name: str, change: Change, times: int) -> None:
        async with self.changed:
            await asyncio.wait_for(
                self.changed.wait_for(lambda: self.changes.count((name, change)) >= times), timeout=30
            )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def forking_server(tmp_path: Path) -> tuple[Service, Path]:
    port, child = free_port(), tmp_path / "child.pid"
    command = [sys.executable, "-c", _FORKING_SERVER, str(port), str(child)]
    return Service("server", command, dict(os.environ), f"http://127.0.0.1:{port}/", 30), child


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_stopping_leaves_no_process_not_even_a_grandchild_that_ignores_sigterm(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, Reports())
    service, child = forking_server(tmp_path)
    await supervisor.start([service])
    pid, grandchild = supervisor.pids()["server"], int(child.read_text())
    assert is_alive(pid)
    assert is_alive(grandchild)
    await supervisor.stop()
    assert not is_alive(pid)
    assert not is_alive(grandchild)


async def test_a_killed_service_comes_back(tmp_path: Path) -> None:
    reports = Reports()
    supervisor = Supervisor(tmp_path, reports)
    service, _ = forking_server(tmp_path)
    await supervisor.start([service])
    first = supervisor.pids()["server"]
    watching = asyncio.create_task(supervisor.watch())
    os.kill(first, signal.SIGKILL)
    await reports.until("server", "ready", 2)
    assert supervisor.pids()["server"] != first
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await supervisor.stop()


async def test_a_service_that_exits_at_once_fails_the_start_and_names_its_log(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, Reports())
    broken = Service(
        "broken", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ), "http://127.0.0.1:9/", 30
    )
    with pytest.raises(ExceptionGroup) as failed:
        await supervisor.start([broken])
    (error,) = failed.value.exceptions
    assert isinstance(error, ServiceError)
    assert str(tmp_path / "broken.log") in str(error)
    await supervisor.stop()
