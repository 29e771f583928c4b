"""The worker: takes jobs from the LiveKit server and runs each in a process of its own."""

import asyncio
import logging
import os
import secrets
import ssl
import threading
from typing import Any

import httpx
import structlog
from livekit.agents import AgentServer, JobContext, JobExecutorType, JobProcess, JobRequest

from agent.delivery.delivery import deliver_leftovers
from agent.delivery.worker_api import WorkerApi
from agent.job import Workshop, hold
from agent.session.harness_voice import HarnessVoice
from agent.settings import Settings
from agent.turns.detector import load_silero
from agent.web.tools import web_tools
from contracts.base import ConversationId

AGENT_NAME = "earwitness"
"""One name for all models: the participant's browser can read it."""

FULL = 0.99
MOST_IDLE_PROCESSES = 4
LEFTOVERS_EVERY_S = 15.0

logger = structlog.get_logger(__name__)


def serve(settings: Settings) -> AgentServer:
    """A server that admits exactly ``max_conversations`` at a time, whatever the machine's load."""

    def load(server: AgentServer) -> float:
        return len(server.active_jobs) / settings.max_conversations

    server = AgentServer(
        job_executor_type=JobExecutorType.PROCESS,
        multiprocessing_context="forkserver",
        num_idle_processes=min(settings.max_conversations, MOST_IDLE_PROCESSES),
        preload_modules=["agent.job"],
        load_fnc=load,
        load_threshold=FULL,
        ws_url=settings.livekit_url,
        api_key=settings.livekit_api_key,
        api_secret=settings.livekit_api_secret,
        host=settings.host,
        port=settings.port,
        setup_fnc=prepare,
        drain_timeout=900,
        # A machine that starts a browser beside the worker is slow for a while.
        initialize_process_timeout=60.0,
        log_level="WARN",
    )
    server.rtc_session(run_job, agent_name=AGENT_NAME, on_request=accept)
    return server


async def accept(request: JobRequest) -> None:
    """Join under a name that says nothing."""
    await request.accept(name="", identity=f"assistant-{secrets.token_hex(8)}", metadata="", attributes={})


def prepare(process: JobProcess) -> None:
    """Load ahead of the first job what takes time."""
    quiet()
    env = dict(os.environ)
    settings = Settings.from_env(env)
    tls = ssl.create_default_context()
    # Imports lazily what would otherwise be imported in the middle of a conversation.
    httpx.AsyncHTTPTransport(verify=tls)
    process.userdata["workshop"] = Workshop(
        settings=settings,
        env=env,
        network=load_silero(),
        harness=HarnessVoice.kept(settings.harness_voice_dir),
        tls=tls,
        web=web_tools(settings.web_search, tls),
    )


async def run_job(context: JobContext) -> None:
    """A job of the server: the dispatch's metadata is the conversation's id and nothing else."""
    workshop: Workshop = context.proc.userdata["workshop"]
    await context.connect()
    try:
        await hold(workshop, ConversationId(context.job.metadata), context.room)
    finally:
        context.shutdown()


class Leftovers:
    """Delivers, beside the server, what jobs that are gone left on this machine; for as long as the process lives."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="leftovers", daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def _run(self) -> None:
        while True:
            async with WorkerApi(self._settings.api_url, self._settings.worker_token) as api:
                try:
                    async with asyncio.timeout(LEFTOVERS_EVERY_S):
                        if count := await deliver_leftovers(self._settings.spool_dir, api):
                            logger.info("delivered what earlier jobs left", count=count)
                except TimeoutError:
                    pass
            await asyncio.sleep(LEFTOVERS_EVERY_S)


class _NothingSaid(logging.Filter):
    """The library attaches what was said to its records; it may not reach a log."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name in [name for name in vars(record) if name.startswith("lk.pii")]:
            delattr(record, name)
        return True


def quiet() -> None:
    """Logs of this process: our static sentences, and the library's warnings without what was said."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    for name in ("livekit", "livekit.agents", "livekit.plugins.openai", "livekit.plugins.google"):
        library: Any = logging.getLogger(name)
        library.setLevel(logging.WARNING)
        library.addFilter(_NothingSaid())
    # Full request URLs otherwise.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # What was searched for, and parts of pages.
    for name in ("ddgs", "primp", "trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
