"""`python -m api`: the server; `python -m api withdraw PARTICIPANT`: destroy somebody's recordings."""

import asyncio
import os
import sys

import structlog
import uvicorn

from api.app import load_files, make_app, make_context
from api.db.migrate import upgrade
from api.privacy.withdrawal import withdraw
from api.rooms.local import LocalRooms
from api.settings import Settings, SettingsError, settings_from
from api.studies.file import StudyFileError
from scenarios.library import ScenarioError, load_library


def main() -> int:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    try:
        settings = settings_from(os.environ)
        load_files(settings, load_library())
    except (SettingsError, StudyFileError, ScenarioError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    match sys.argv[1:]:
        case []:
            pass
        case ["withdraw", participant_id]:
            return asyncio.run(_withdraw(settings, participant_id))
        case unknown:
            sys.stderr.write(f"{unknown} is not a command; allowed: nothing, or: withdraw PARTICIPANT\n")
            return 2
    # No access log: addresses in it carry recruitment ids.
    uvicorn.run(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
    return 0


async def _withdraw(settings: Settings, participant_id: str) -> int:
    context = make_context(settings, rooms=LocalRooms())
    try:
        await upgrade(context.database)
        found = await withdraw(context, participant_id)
    finally:
        await context.database.aclose()
    sys.stdout.write("The recordings are destroyed.\n" if found else "There is no such participant.\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
