"""A real LiveKit server on the loopback interface."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

KEY = "testkey"
SECRET = "a-secret-of-at-least-32-characters-for-tests"
_CACHED = Path.home() / ".cache/earwitness/bin"
_STARTS_WITHIN_S = 20


def binary() -> str | None:
    """The server to run, from PATH or from the cache of builds."""
    cached = sorted(_CACHED.glob("livekit-server-v*"))
    return shutil.which("livekit-server") or (str(cached[-1]) if cached else None)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running_server(program: str, folder: Path) -> AsyncIterator[str]:
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
