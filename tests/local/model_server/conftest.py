"""One server for the whole session, started as a program, and the real clients against it."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import openai
import pytest
from google import genai

READY_S = 40


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
        return httpx.get(url, timeout=1).status_code == 200
    except httpx.TransportError:
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
        assert httpx.post(self._url, content=body, timeout=5).status_code == 200

    def clear(self) -> None:
        assert httpx.delete(self._url, timeout=5).status_code == 204
