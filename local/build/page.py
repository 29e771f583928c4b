"""Build the page into ``web/dist``, only when its sources changed.

``python -m local.build.page [NPM ARGUMENTS]``: without arguments builds; with arguments runs npm in ``web/`` with the
Node.js that the build would use.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from local.build.cache import REPOSITORY, BuildError
from local.build.toolchain import Node, find_node

WEB = REPOSITORY / "web"
DIST = WEB / "dist"
_INSTALLED = WEB / "node_modules" / ".earwitness-installed"
_BUILT = DIST / ".earwitness-built"
_NOT_SOURCES = {"node_modules", "dist", "tests", "coverage"}


def page_is_built() -> bool:
    """Whether ``web/dist`` stands for the sources as they are."""
    return _reads(_BUILT, _digest(_sources()))


def build_page() -> Path:
    """Install what the page needs and build it; returns the folder to serve."""
    if page_is_built():
        return DIST
    run_npm(["run", "build"])
    _BUILT.write_text(_digest(_sources()))
    return DIST


def run_npm(arguments: list[str]) -> None:
    """Run npm in ``web/`` after installing the locked packages; raises `BuildError` when it fails."""
    node = find_node()
    _install(node)
    if subprocess.run([*node.npm, *arguments], cwd=WEB, env=node.env, check=False).returncode != 0:
        raise BuildError(f"npm {' '.join(arguments)} failed in web/: its output above says why")


def _install(node: Node) -> None:
    digest = _digest([WEB / "package-lock.json", WEB / "package.json"])
    if _reads(_INSTALLED, digest):
        return
    command = [*node.npm, "ci", "--no-audit", "--no-fund"]
    if subprocess.run(command, cwd=WEB, env=node.env, check=False).returncode != 0:
        raise BuildError("The page's packages could not be installed: check that the npm registry can be reached")
    _INSTALLED.write_text(digest)


def _sources() -> list[Path]:
    return sorted(
        path for path in WEB.rglob("*") if path.is_file() and not _NOT_SOURCES & set(path.relative_to(WEB).parts)
    )


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(WEB)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _reads(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def main() -> None:
    try:
        if arguments := sys.argv[1:]:
            run_npm(arguments)
        else:
            build_page()
    except BuildError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
