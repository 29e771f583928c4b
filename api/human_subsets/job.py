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
    with tempfile.TemporaryDirectory(prefix="earwitness-fit-") as scratch:
        # None of this process's secrets; compiled loops are kept where it may write.
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
        except TimeoutError:
            return Failed(reason=f"The computation took more than {asked.time_limit_s} s and was stopped.")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    try:
        return job_answer_adapter.validate_json(said)
    except ValidationError:
        log.error("The process of a computation broke off", job=asked.job, exit_code=process.returncode)
        return Failed(reason=BROKE_OFF)
