"""A real LiveKit server on the loopback interface."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from local.build.livekit_server import build_livekit_server, find_livekit_server

KEY = "testkey"
SECRET = "a-secret-of-at-least-32-characters-for-tests"
_STARTS_WITHIN_S = 20


def binary() -> Path:
    """The server to run: on PATH, in the cache, or built now."""
    return find_livekit_server() or build_livekit_server()


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running_server(program: Path, folder: Path) -> AsyncIterator[str]:
    """Its address, once it answers."""
    port = free_port()
    config = folder / "livekit.yaml"
    config.write_text(
        f"port: {port}\n"
        'bind_addresses: ["127.0.0.1"]\n'
        f"rtc: {{udp_port: {free_port(socket.SOCK_DGRAM)}, tcp_port: 0, use_external_ip: false, node_ip: 127.0.0.1, "
        'enable_loopback_candidate: true, interfaces: {includes: ["lo"]}, stun_servers: ["127.0.0.1:3478"]}\n'
        "room: {auto_create: false}\n"
        f'keys: {{{KEY}: "{SECRET}"}}\n'
    )
    with (folder / "livekit.log").open("wb") as log:
        process = subprocess.Popen([program, "--config", str(config)], stdout=log, stderr=log)  # noqa: ASYNC220
    try:
        await asyncio.wait_for(_answers(port, process), _STARTS_WITHIN_S)
        yield f"ws://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


async def _answers(port: int, process: subprocess.Popen[bytes]) -> None:
    async with aiohttp.ClientSession() as session:
        while process.poll() is None:
            try:
                async with session.get(f"http://127.0.0.1:{port}/") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            # The program has no other way to say that it is ready.
            await asyncio.sleep(0.05)
    raise RuntimeError(f"the LiveKit server ended with {process.returncode}")
