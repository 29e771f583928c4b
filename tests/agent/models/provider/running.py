"""Starting and stopping the provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.agent.models.provider import chat, gemini, realtime, sound
from tests.agent.models.provider.server import PROVIDER, Provider


@asynccontextmanager
async def running_provider() -> AsyncIterator[Provider]:
    provider = Provider()
    application = web.Application(client_max_size=64 * 2**20)
    application[PROVIDER] = provider
    application.add_routes([*chat.routes, *gemini.routes, *realtime.routes, *sound.routes])
    runner = web.AppRunner(application, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    provider.port = runner.addresses[0][1]
    try:
        yield provider
    finally:
        provider.released.set()
        await runner.cleanup()
