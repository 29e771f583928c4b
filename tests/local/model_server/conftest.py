"""One server for the whole session, started as a program, and the real clients against it."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openai
import pytest
from google import genai

from local.model_server.speaking.voice import Voice, find_voice

READY_S = 15


@dataclass(frozen=True)
class Served:
    """A running server."""

    process: subprocess.Popen[bytes]
    url: str
    ready_after_s: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(cache: Path) -> Served:
    port, started = free_port(), time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "local.model_server", "--port", str(port)],
        env={**os.environ, "EARWITNESS_LOCAL_MODELS_CACHE_DIR": str(cache)},
    )
    url = f"http://127.0.0.1:{port}"
    while not _answers(f"{url}/healthz"):
        if process.poll() is not None or time.monotonic() - started > READY_S:
            process.kill()
            raise AssertionError(f"the server is not ready after {READY_S} s (exit {process.poll()})")
        asyncio.run(asyncio.sleep(0.05))
    return Served(process, url, time.monotonic() - started)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def models_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("language-models")


@pytest.fixture(scope="session")
def server(models_cache: Path) -> Iterator[Served]:
    served = start_server(models_cache)
    yield served
    served.process.terminate()
    assert served.process.wait(timeout=10) in (0, -15)


@pytest.fixture(scope="session")
def client(server: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key="not-a-key", max_retries=0, timeout=30)


@pytest.fixture(scope="session")
def gemini(server: Served) -> genai.Client:
    return genai.Client(api_key="not-a-key", http_options={"base_url": server.url})


@pytest.fixture
def faults(server: Served) -> Iterator["FaultControl"]:
    control = FaultControl(server.url)
    yield control
    control.clear()


class FaultControl:
    """POST and DELETE /faults."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/faults"

    def set(self, body: bytes) -> None:
        self._send("POST", body)

    def clear(self) -> None:
        self._send("DELETE", None)

    def _send(self, method: str, body: bytes | None) -> None:
        with urllib.request.urlopen(  # noqa: S310 - loopback
            urllib.request.Request(self._url, data=body, method=method),
            timeout=5,  # noqa: S310
        ) as answer:
            assert answer.status in (200, 204)


@pytest.fixture(scope="session")
def voice() -> Voice:
    return find_voice()
