"""The whole of Earwitness, started as a newcomer starts it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 240.0


@dataclass(slots=True)
class Stack:
    """`earwitness demo` over one study, and the researcher's view of it."""

    folder: Path
    study: dict[str, Any]
    links: dict[str, Any]
    process: subprocess.Popen[bytes]

    @property
    def participant_url(self) -> str:
        return str(self.links["participant_url"])

    @property
    def api_url(self) -> str:
        return str(self.links["api_url"])

    @property
    def model_server_url(self) -> str:
        return str(self.links["model_server_url"])

    @contextmanager
    def researcher(self) -> Iterator[httpx.Client]:
        """A client that is logged in to the dashboard."""
        headers = {"Origin": self.api_url}
        with httpx.Client(base_url=self.api_url, timeout=20.0, trust_env=False, headers=headers) as client:
            login = {"password": self.links["researcher_password"]}
            client.post("/api/researcher/login", json=login).raise_for_status()
            yield client

    def log(self, name: str) -> str:
        return (self.folder / "log" / f"{name}.log").read_text(errors="replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=40)


def start_stack(folder: Path, *, models: list[str], scenarios: list[str], **study: Any) -> Stack:
    """Start everything with the demo study narrowed to the given models and scenarios."""
    folder.mkdir(parents=True, exist_ok=True)
    spec = yaml.safe_load((REPOSITORY / "studies" / "demo.yaml").read_text())
    spec |= {"models": models, "scenarios": scenarios, **study}
    study_file, ready = folder / "test-study.yaml", folder / "ready.json"
    study_file.write_text(yaml.safe_dump(spec, sort_keys=False))
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "local", "demo", "--folder", str(folder / "run"), "--study", str(study_file)]
    output = folder / "launcher.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--ready-file", str(ready)],
            cwd=REPOSITORY,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith(("LIVEKIT_", "OPENAI_", "GOOGLE_"))},
                # The same with and without a network.
                "EARWITNESS_WEB_SEARCH": "builtin",
            },
        )
    deadline = time.monotonic() + READY_WITHIN_S
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(f"the stack did not come up:\n{output.read_text()}")
        time.sleep(0.1)
    return Stack(folder / "run", spec, json.loads(ready.read_text()), process)
