"""The LiveKit server program: on PATH, in the cache, or built from the Go module proxy.

``python -m local.build.livekit_server`` builds it when there is none.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.build.cache import BuildError, cache_dir
from local.build.toolchain import find_go

VERSION = "v1.13.5"
MODULE = "github.com/livekit/livekit-server/cmd/server"


def find_livekit_server() -> Path | None:
    """The program on PATH or in the cache; None when it has to be built first."""
    if on_path := shutil.which("livekit-server"):
        return Path(on_path)
    cached = _cached()
    return cached if cached.exists() else None


def build_livekit_server() -> Path:
    """Build the pinned version into the cache, about two minutes; returns the program."""
    target = _cached()
    folder = target.with_name(f"build-{os.getpid()}")
    folder.mkdir(parents=True)
    environment = {**os.environ, "GOBIN": str(folder), "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    environment.setdefault("GOPATH", str(cache_dir() / "go"))
    environment.setdefault("GOCACHE", str(cache_dir() / "go-build"))
    command = [find_go(), "install", f"{MODULE}@{VERSION}"]
    try:
        built = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
        if built.returncode != 0:
            last = (built.stderr.strip().splitlines() or ["no message"])[-1]
            raise BuildError(
                f"LiveKit server {VERSION} could not be built ({last}). Check that the Go module proxy can be "
                "reached, put a `livekit-server` on PATH, or set LIVEKIT_URL to a running server."
            )
        (folder / "server").rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return target


def _cached() -> Path:
    return cache_dir() / "bin" / f"livekit-server-{VERSION}"


def main() -> None:
    if find_livekit_server() is None:
        sys.stderr.write("Building the LiveKit server, once, about two minutes ...\n")
        try:
            build_livekit_server()
        except BuildError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
