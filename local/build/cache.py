"""Where big things that are built or fetched once are kept, outside the source tree."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def cache_dir() -> Path:
    """``$XDG_CACHE_HOME/earwitness`` or ``~/.cache/earwitness``; made if absent."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "earwitness"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class BuildError(Exception):
    """Something the project needs could not be built or fetched; the message says what to do."""
