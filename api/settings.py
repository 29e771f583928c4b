"""The API's settings, read from the environment once in ``__main__``."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

MASTER_KEY_BYTES = 32
_SHORTEST_SECRET = 12
_EXAMPLES = {"changeme", "change-me", "password", "secret", "devkey", "example", "earwitness", "admin"}


class SettingsError(Exception):
    """A setting is missing or not allowed; the message names it and says what is."""


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str
    blob_dir: Path
    master_key: bytes = field(repr=False)
    worker_token: str = field(repr=False)
    researcher_password: str = field(repr=False)
    study_file: Path
    models_file: Path
    web_dist: Path | None
    host: str
    port: int
    livekit_url: str
    """As this process reaches it; empty for no LiveKit server at all, which only tests and the schema dump want."""
    public_livekit_url: str
    """As browsers reach it."""
    livekit_api_key: str
    livekit_api_secret: str = field(repr=False)
    max_conversations: int
    fit_interval_s: int
    """How often, at most, human weights are computed anew by themselves; 0 for never."""
    local_mode: bool

    @property
    def secure_cookies(self) -> bool:
        return not self.local_mode


def settings_from(env: Mapping[str, str]) -> Settings:
    """Read every setting; raises `SettingsError` for one that is missing, malformed or unsafe outside local mode."""
    local_mode = _flag(env, "EARWITNESS_LOCAL_MODE")
    livekit_url = _required(env, "LIVEKIT_URL")
    settings = Settings(
        database_url=env.get("EARWITNESS_DATABASE_URL") or "sqlite+aiosqlite:///run/earwitness.db",
        blob_dir=Path(env.get("EARWITNESS_BLOB_DIR") or "run/blobs"),
        master_key=_master_key(_required(env, "EARWITNESS_MASTER_KEY")),
        worker_token=_required(env, "EARWITNESS_WORKER_TOKEN"),
        researcher_password=_required(env, "EARWITNESS_RESEARCHER_PASSWORD"),
        study_file=Path(env.get("EARWITNESS_STUDY_FILE") or "studies/demo.yaml"),
        models_file=Path(env.get("EARWITNESS_MODELS_FILE") or "models.yaml"),
        web_dist=_web_dist(env.get("EARWITNESS_WEB_DIST", "")),
        host=env.get("EARWITNESS_HOST") or "127.0.0.1",
        port=_whole_number(env, "EARWITNESS_PORT", default=8000, least=0, most=65535),
        livekit_url=_websocket_url("LIVEKIT_URL", livekit_url),
        public_livekit_url=_websocket_url(
            "EARWITNESS_PUBLIC_LIVEKIT_URL", env.get("EARWITNESS_PUBLIC_LIVEKIT_URL") or livekit_url
        ),
        livekit_api_key=_required(env, "LIVEKIT_API_KEY"),
        livekit_api_secret=_required(env, "LIVEKIT_API_SECRET"),
        max_conversations=_whole_number(env, "EARWITNESS_MAX_CONVERSATIONS", default=8, least=1, most=10_000),
        fit_interval_s=_whole_number(env, "EARWITNESS_FIT_INTERVAL_S", default=900, least=0, most=86_400),
        local_mode=local_mode,
    )
    if not local_mode:
        _refuse_weak_secrets(settings)
    return settings


def _required(env: Mapping[str, str], name: str) -> str:
    if not (value := env.get(name, "").strip()):
        raise SettingsError(f"{name} is not set")
    return value


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "0").strip() or "0"
    if value not in {"0", "1"}:
        raise SettingsError(f"{name} is {value!r}; allowed: 0, 1")
    return value == "1"


def _whole_number(env: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    text = env.get(name, "").strip() or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise SettingsError(f"{name} is {text!r}; allowed: a whole number from {least} to {most}")
    return int(text)


def _web_dist(text: str) -> Path | None:
    if not text:
        return None
    if not (Path(text) / "index.html").is_file():
        raise SettingsError(f"EARWITNESS_WEB_DIST is {text!r}; allowed: the folder of the built page, with index.html")
    return Path(text)


def _websocket_url(name: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"ws", "wss", "http", "https"} or not parts.netloc:
        raise SettingsError(f"{name} is {url!r}; allowed: a ws, wss, http or https address")
    return url


def _master_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SettingsError(
            f"EARWITNESS_MASTER_KEY is not base64; allowed: {MASTER_KEY_BYTES} bytes in base64"
        ) from error
    if len(key) != MASTER_KEY_BYTES:
        raise SettingsError(f"EARWITNESS_MASTER_KEY has {len(key)} bytes; allowed: {MASTER_KEY_BYTES} bytes in base64")
    return key


def _refuse_weak_secrets(settings: Settings) -> None:
    if len(set(settings.master_key)) < MASTER_KEY_BYTES // 4:
        raise SettingsError("EARWITNESS_MASTER_KEY looks like an example; make one from 32 random bytes")
    for name, value in (
        ("EARWITNESS_WORKER_TOKEN", settings.worker_token),
        ("EARWITNESS_RESEARCHER_PASSWORD", settings.researcher_password),
        ("LIVEKIT_API_SECRET", settings.livekit_api_secret),
    ):
        if len(value) < _SHORTEST_SECRET or any(value.lower().startswith(example) for example in _EXAMPLES):
            raise SettingsError(
                f"{name} is short or an example; outside local mode it wants at least {_SHORTEST_SECRET} "
                "characters that nobody can guess"
            )
