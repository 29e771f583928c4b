"""The computation, in a child process: neither the event loop nor this process's memory feels it."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import structlog
from pydantic import ValidationError

import api
from contracts.human_fit import Failed, FitAsked, JobAnswer, SubsetCheckAsked, job_answer_adapter

log = structlog.get_logger(__name__)

CHECK_LIMIT_S = 60
FIT_LIMIT_S = 900
_MODULE = "analysis.preference.job"
_NEEDED = ("numba", "numpy", "scipy", "sklearn", "threadpoolctl")
_ROOT = Path(next(iter(api.__path__))).parent

BROKE_OFF = "The computation broke off without an answer; the server's log has the time and the exit code."


def missing_extra(needed: Sequence[str] = _NEEDED) -> str | None:
    """What to install where the analysis cannot run, or None where it can."""
    if missing := [name for name in needed if find_spec(name) is None]:
        return (
            f"The server lacks {', '.join(missing)}, which computing human weights needs: install the extra "
            "`analysis` (`uv sync --extra api --extra analysis`) and start it again."
        )
    return None


async def answer_to(asked: SubsetCheckAsked | FitAsked) -> JobAnswer:
    """Always an answer; cancelling it ends the process."""
    if reason := missing_extra():
        return Failed(reason=reason)
    try:
        said, exit_code = await _run(asked)
    except TimeoutError:
        return Failed(reason=f"The computation took more than {asked.time_limit_s} s and was stopped.")
    except OSError as error:
        log.exception("The process of a computation could not be started", job=asked.job)
        return Failed(reason=f"The computation could not be started: {error.strerror}. Mend the server and ask again.")
    try:
        return job_answer_adapter.validate_json(said)
    except ValidationError:
        log.error("The process of a computation broke off", job=asked.job, exit_code=exit_code)
        return Failed(reason=BROKE_OFF)


async def _run(asked: SubsetCheckAsked | FitAsked) -> tuple[bytes, int | None]:
    """What the process said, and its exit code; raises `TimeoutError`, or `OSError` where it cannot start."""
    with tempfile.TemporaryDirectory(prefix="earwitness-fit-") as scratch:
        # None of this process's secrets. Compiled loops want a place, and where the program lies it may not write.
        environment = {"PATH": os.defpath, "NUMBA_CACHE_DIR": scratch}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            _MODULE,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=_ROOT,
            env=environment,
        )
        try:
            async with asyncio.timeout(asked.time_limit_s):
                said, _ = await process.communicate(asked.model_dump_json().encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return said, process.returncode
