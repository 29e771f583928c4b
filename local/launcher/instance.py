"""The folder of one instance: its generated secrets, its settings, its data and its logs."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Secrets:
    """Generated once per instance; the file is readable by its owner alone."""

    livekit_api_key: str
    livekit_api_secret: str
    worker_token: str
    master_key: str
    researcher_password: str


@dataclass(frozen=True, slots=True)
class Instance:
    folder: Path
    secrets: Secrets

    @property
    def logs(self) -> Path:
        return self.folder / "log"


def open_instance(folder: Path) -> Instance:
    """Open the instance in ``folder``, making it and its secrets the first time."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log").mkdir(exist_ok=True)
    path = folder / "secrets.json"
    if path.exists():
        return Instance(folder, Secrets(**json.loads(path.read_text())))
    made = Secrets(
        livekit_api_key=f"key{secrets.token_hex(8)}",
        livekit_api_secret=secrets.token_urlsafe(36),
        worker_token=secrets.token_urlsafe(32),
        master_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        researcher_password=secrets.token_urlsafe(12),
    )
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(made), file, indent=2)
    fresh.rename(path)
    return Instance(folder, made)
