"""`python -m api`: the server."""

import os
import sys

import structlog
import uvicorn

from api.app import load_files, make_app
from api.settings import SettingsError, settings_from
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


if __name__ == "__main__":
    sys.exit(main())
