"""``python -m agent``: the worker. Ends when it is told to, after the conversations it holds."""

import asyncio
import os
import signal
import sys

# The library would load 244 MB of end-of-turn weights that are not used here, in every process.
os.environ["LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE"] = "0"

from livekit.agents import AgentServer

from agent.session.harness_voice import HarnessVoice
from agent.settings import Settings, SettingsError
from agent.worker import Leftovers, quiet, serve


async def run(server: AgentServer, drain_s: int) -> None:
    """Serve until SIGTERM or SIGINT; a second signal does not wait for conversations."""
    loop = asyncio.get_running_loop()
    serving = loop.create_task(server.run())
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    stopped = loop.create_task(stopping.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        stopping.clear()
        again = loop.create_task(stopping.wait())
        draining = loop.create_task(server.drain(timeout=max(drain_s, 1)))
        await asyncio.wait({draining, again}, return_when=asyncio.FIRST_COMPLETED)
        draining.cancel()
        again.cancel()
        await asyncio.gather(draining, again, return_exceptions=True)
        await server.aclose()
    await serving


def main() -> int:
    try:
        settings = Settings.from_env(os.environ)
    except SettingsError as error:
        print(f"python -m agent: {error}", file=sys.stderr)  # noqa: T201 - for the person who started it
        return 2
    quiet()
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    # Once for all jobs, which then only read it.
    HarnessVoice.kept(settings.harness_voice_dir)
    Leftovers(settings).start()
    asyncio.run(run(serve(settings), settings.drain_s))
    return 0


if __name__ == "__main__":
    sys.exit(main())
