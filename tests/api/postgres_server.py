"""A private PostgreSQL server in a temporary folder, on a socket only."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_UNPRIVILEGED = ("postgres", "nobody")


class PostgresMissingError(Exception):
    pass


def _binaries() -> Path:
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise PostgresMissingError("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    return found[-1].parent


def _as_unprivileged(owned: Path) -> Sequence[str]:
    """The server refuses to run as root: then it runs as a system user, who is given the folder."""
    if os.geteuid() != 0:
        return ()
    for name in _UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(owned, user.pw_uid, user.pw_gid)
        return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    raise PostgresMissingError(f"PostgreSQL cannot run as root, and there is none of the users {_UNPRIVILEGED}")


@contextmanager
def private_postgres() -> Iterator[str]:
    """The folder of the server's socket, for as long as the block runs."""
    binaries = _binaries()
    # Short: a socket's path has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="ew-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "d"
        prefix = _as_unprivileged(Path(folder))

        def run(*command: str) -> None:
            subprocess.run(
                [*prefix, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
            )

        run(str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=200"
        log = str(Path(folder) / "log")
        run(str(binaries / "pg_ctl"), "-D", str(data), "-o", options, "-l", log, "-w", "start")
        try:
            yield folder
        finally:
            run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
