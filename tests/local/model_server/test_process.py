"""Starting, standing side by side, and ending."""

import os
import signal
import threading
from pathlib import Path

import httpx
import httpx2
import openai

from tests.local.model_server.conftest import READY_S, Served, start_server


def children_of(pid: int) -> set[int]:
    found: set[int] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found |= {int(entry.name), *children_of(int(entry.name))}
    return found


def alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_two_servers_stand_side_by_side_and_leave_no_process(server: Served, models_cache: Path) -> None:
    second = start_server(models_cache)
    try:
        assert second.ready_after_s < READY_S
        assert httpx.get(f"{server.url}/healthz").json()["recognizer"] == "pocketsphinx"
        processes = children_of(second.process.pid)
        assert processes
        hanging = threading.Thread(target=stall, args=(second.url,), daemon=True)
        hanging.start()
    finally:
        second.process.send_signal(signal.SIGTERM)
        second.process.wait(timeout=10)
    assert not [p for p in processes if alive(p)]
    assert httpx.get(f"{server.url}/healthz").status_code == 200


def stall(url: str) -> None:
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="x", max_retries=0, timeout=20)
    try:
        list(
            client.chat.completions.create(
                model="earwitness-demo-chat+fault:stall_after_chunks=1",
                messages=[{"role": "user", "content": "Hello."}],
                stream=True,
            )
        )
    except (openai.APIError, httpx2.TransportError):
        # The server goes while this waits; nothing else is expected of it.
        return


def test_decoding_processes_end_when_the_server_is_killed(models_cache: Path) -> None:
    doomed = start_server(models_cache)
    processes = children_of(doomed.process.pid)
    os.kill(doomed.process.pid, signal.SIGKILL)
    doomed.process.wait(timeout=5)
    deadline = threading.Event()
    for _ in range(100):
        if not any(alive(p) for p in processes):
            break
        deadline.wait(0.05)
    assert not [p for p in processes if alive(p)]
