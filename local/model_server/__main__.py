"""``python -m local.model_server``: serves until it is told to stop."""

import argparse
import sys
from dataclasses import replace


def main() -> int:
    # Imported here: decoding processes import this module again, and need none of it.
    import uvicorn

    from local.model_server.app import build_app
    from local.model_server.settings import from_process
    from local.model_server.speaking.voice import NoVoiceError

    settings = from_process()
    parser = argparse.ArgumentParser(prog="python -m local.model_server", description=__doc__)
    parser.add_argument("--host", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.port)
    chosen = parser.parse_args()
    settings = replace(settings, host=chosen.host, port=chosen.port)
    try:
        app = build_app(settings)
    except NoVoiceError as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    # Stalled streams would otherwise hold the server up.
    uvicorn.run(
        app, host=settings.host, port=settings.port, log_level="warning", access_log=False, timeout_graceful_shutdown=2
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
