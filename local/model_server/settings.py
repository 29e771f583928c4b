"""What the local model server is started with."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Read once in ``__main__``."""

    host: str
    port: int
    stt_processes: int
    cache_dir: Path

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """From ``EARWITNESS_LOCAL_MODELS_*``; docs/local-model-server.md lists them."""
        home = Path(env.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
        return cls(
            host=env.get("EARWITNESS_LOCAL_MODELS_HOST") or "127.0.0.1",
            port=int(env.get("EARWITNESS_LOCAL_MODELS_PORT") or "8300"),
            stt_processes=int(env.get("EARWITNESS_LOCAL_MODELS_STT_PROCESSES") or "1"),
            cache_dir=Path(env.get("EARWITNESS_LOCAL_MODELS_CACHE_DIR") or home / "earwitness" / "language-models"),
        )


def from_process() -> Settings:
    """The settings of this process."""
    return Settings.from_env(os.environ)
