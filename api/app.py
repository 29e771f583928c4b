"""The application: what it is made of, and what lives as long as it does."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import structlog
from fastapi import FastAPI

from api import problems
from api.context import Clock, Context
from api.conversations.watcher import Watcher
from api.db.database import Database
from api.db.migrate import upgrade
from api.guard import Guard
from api.human_subsets.runner import FitRunner
from api.openapi import describe
from api.page import Page
from api.privacy.blobs import BlobStore
from api.privacy.envelope import MasterKey
from api.researchers.password import ResearcherPassword
from api.researchers.throttle import FailureThrottle
from api.rooms.interface import Rooms
from api.rooms.live import LiveKitRooms
from api.routes import include_routes
from api.settings import Settings
from api.studies.file import load_models, load_study
from contracts.base import ModelId, ScenarioId
from contracts.scenario import Scenario
from contracts.study import StudySpec
from contracts.voice_model import ModelSpec
from scenarios.library import load_library

log = structlog.get_logger(__name__)

MakeRooms = Callable[[Settings], Rooms]


def utc_now() -> datetime:
    return datetime.now(UTC)


def livekit_rooms(settings: Settings) -> Rooms:
    return LiveKitRooms(
        url=settings.livekit_url, api_key=settings.livekit_api_key, api_secret=settings.livekit_api_secret
    )


def load_files(
    settings: Settings, library: Mapping[ScenarioId, Scenario]
) -> tuple[dict[ModelId, ModelSpec], StudySpec]:
    """The models and the study; raises `StudyFileError`."""
    models = {model.id: model for model in load_models(settings.models_file).models}
    return models, load_study(settings.study_file, models=models, scenarios=library)


def make_context(
    settings: Settings,
    *,
    rooms: Rooms,
    clock: Clock = utc_now,
    library: Mapping[ScenarioId, Scenario] | None = None,
) -> Context:
    """Read the files and open what is needed; raises `StudyFileError`."""
    scenarios = load_library() if library is None else library
    models, study = load_files(settings, scenarios)
    return Context(
        settings=settings,
        database=Database(settings.database_url),
        clock=clock,
        rooms=rooms,
        blobs=BlobStore(settings.blob_dir),
        master_key=MasterKey(settings.master_key),
        study=study,
        models=models,
        library=scenarios,
        password=ResearcherPassword(settings.researcher_password),
        sign_in_throttle=FailureThrottle(),
    )


def make_app(settings: Settings, *, make_rooms: MakeRooms = livekit_rooms, watch: bool = True) -> FastAPI:
    """The whole application; its lifespan migrates the database and runs the watcher and the fits."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        rooms = make_rooms(settings)
        try:
            context = make_context(settings, rooms=rooms)
            try:
                await upgrade(context.database)
                app.state.context = context
                async with asyncio.TaskGroup() as tasks:
                    background = [tasks.create_task(_watch(context)), tasks.create_task(_fit(context))] if watch else []
                    yield
                    for task in background:
                        task.cancel()
            finally:
                await context.database.aclose()
        finally:
            await rooms.aclose()

    return assemble(settings, lifespan=lifespan)


def assemble(
    settings: Settings, *, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None
) -> FastAPI:
    """Routes, errors, guard and page, without what lives; the context is put into ``app.state`` by the caller."""
    app = FastAPI(title="Earwitness", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    problems.install(app)
    include_routes(app)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # FastAPI's documented way
    app.add_middleware(Guard, settings=settings)
    if settings.web_dist is not None:
        app.mount("/", Page(settings.web_dist))
    return app


async def _watch(context: Context) -> None:
    """A watcher that dies of a bug takes the process with it: a supervisor starts both anew."""
    try:
        await Watcher(context).run()
    except asyncio.CancelledError:
        raise
    except BaseException:
        log.exception("The watcher failed; the process ends")
        signal.raise_signal(signal.SIGTERM)


async def _fit(context: Context) -> None:
    """A runner that dies of a bug takes nothing with it: conversations matter more than weights."""
    try:
        await FitRunner(context).run()
    except Exception:
        log.exception("The runner of fits failed; human weights wait for the next start")
