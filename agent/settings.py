"""The worker's settings, read from the environment once a process."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.errors import AgentError
from agent.web.tools import WEB_MODES, WebMode


class SettingsError(AgentError):
    """A setting is missing or not what it must be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the worker, under the names of the environment variables in `from_env`."""

    livekit_url: str
    livekit_api_key: str
    livekit_api_secret: str
    api_url: str
    worker_token: str
    spool_dir: Path
    host: str
    port: int
    max_conversations: int
    drain_s: int
    """How long a worker that is told to stop waits for the conversations it holds."""

    web_search: WebMode

    @property
    def harness_voice_dir(self) -> Path:
        return self.spool_dir / ".harness-voice"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check; raises `SettingsError` naming every variable that is missing."""
        required = ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "EARWITNESS_API_URL")
        if missing := [name for name in (*required, "EARWITNESS_WORKER_TOKEN") if not env.get(name)]:
            raise SettingsError(f"set {', '.join(missing)}")
        return cls(
            livekit_url=env["LIVEKIT_URL"],
            livekit_api_key=env["LIVEKIT_API_KEY"],
            livekit_api_secret=env["LIVEKIT_API_SECRET"],
            api_url=env["EARWITNESS_API_URL"].rstrip("/"),
            worker_token=env["EARWITNESS_WORKER_TOKEN"],
            spool_dir=Path(env.get("EARWITNESS_SPOOL_DIR") or "run/spool"),
            host=env.get("EARWITNESS_WORKER_HOST") or "127.0.0.1",
            port=_number(env, "EARWITNESS_WORKER_PORT", 8081, least=0),
            max_conversations=_number(env, "EARWITNESS_MAX_CONVERSATIONS", 8, least=1),
            drain_s=_number(env, "EARWITNESS_WORKER_DRAIN_S", 10, least=0),
            web_search=_web_mode(env, "EARWITNESS_WEB_SEARCH"),
        )


def _web_mode(env: Mapping[str, str], name: str) -> WebMode:
    text = env.get(name) or "live"
    for mode in WEB_MODES:
        if mode == text:
            return mode
    raise SettingsError(f"{name} is {text!r}; allowed: {', '.join(WEB_MODES)}")


def _number(env: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or int(text) < least:
        raise SettingsError(f"{name} is {text!r}; a whole number from {least} was expected")
    return int(text)
