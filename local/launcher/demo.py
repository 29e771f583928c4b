"""`earwitness demo`: everything on this machine, from nothing to a link."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.markup import escape

from agent.registry import load_models, missing_env
from contracts.base import ModelId
from contracts.voice_model import ModelTable
from local.build.cache import REPOSITORY
from local.build.livekit_server import build_livekit_server, find_livekit_server
from local.build.page import build_page, page_is_built
from local.launcher.instance import Instance, open_instance
from local.launcher.livekit_config import livekit_config
from local.launcher.ports import Ports, choose_ports
from local.launcher.supervisor import Change, Service, ServiceError, Supervisor

_RECOGNISERS = 2
"""Speech of one participant is not to wait for another's."""


class DemoError(Exception):
    """The demo cannot start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """``folder`` None: one per port under ``run/``. ``study`` None: the demo study with the models at hand."""

    port: int | None = None
    folder: Path | None = None
    study: Path | None = None
    models: Path = REPOSITORY / "models.yaml"
    max_conversations: int = 4
    ready_file: Path | None = None


def run_demo(options: DemoOptions) -> None:
    """Build what is missing, start everything, print the links, and stop cleanly on Ctrl-C."""
    console = Console(highlight=False)
    started = time.monotonic()
    try:
        ports = choose_ports(options.port)
    except ValueError as error:
        raise DemoError(str(error)) from None
    _build(console)
    instance = open_instance(options.folder or REPOSITORY / "run" / str(ports.api))
    asyncio.run(_run(console, options, ports, instance, started))


def _build(console: Console) -> None:
    if not page_is_built():
        console.print("Building the page ...")
        build_page()
    if "LIVEKIT_URL" not in os.environ and find_livekit_server() is None:
        console.print("Building the LiveKit server, once, about two minutes ...")
        build_livekit_server()


async def _run(console: Console, options: DemoOptions, ports: Ports, instance: Instance, started: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)

    def report(name: str, change: Change, detail: str) -> None:
        console.print(f"  {name:<14} {change}{f' ({escape(detail)})' if detail else ''}")

    supervisor = Supervisor(instance.logs, report)
    stopping = asyncio.create_task(stop.wait())
    try:
        starting = asyncio.create_task(supervisor.start(services(options, ports, instance)))
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await starting
            return
        try:
            starting.result()
        except ExceptionGroup as group:
            failed = [error for error in group.exceptions if isinstance(error, ServiceError)]
            raise DemoError("\n".join(str(error) for error in failed) or str(group)) from group
        _announce(console, options, ports, instance, supervisor, time.monotonic() - started)
        watching = asyncio.create_task(supervisor.watch())
        await asyncio.wait({watching, stopping}, return_when=asyncio.FIRST_COMPLETED)
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    finally:
        stopping.cancel()
        console.print("Stopping ...")
        await supervisor.stop()


def services(options: DemoOptions, ports: Ports, instance: Instance) -> list[Service]:
    """The processes of the instance, in starting order."""
    base = _base_environment(options, ports, instance)
    api_url = f"http://127.0.0.1:{ports.api}"
    started = [
        Service(
            "model-server",
            [sys.executable, "-m", "local.model_server"],
            base,
            f"http://127.0.0.1:{ports.model_server}/healthz",
        ),
        Service("api", [sys.executable, "-m", "api"], base, f"{api_url}/healthz"),
        Service("worker", [sys.executable, "-m", "agent"], base, f"http://127.0.0.1:{ports.worker}/", 90.0),
    ]
    if "LIVEKIT_URL" in os.environ:
        return started
    program = find_livekit_server()
    if program is None:
        raise DemoError("the LiveKit server is not built")
    config = instance.folder / "livekit.yaml"
    with contextlib.suppress(FileNotFoundError):
        config.unlink()
    with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(livekit_config(ports, instance.secrets))
    livekit = Service(
        "livekit-server",
        [str(program), "--config", str(config)],
        dict(os.environ),
        f"http://127.0.0.1:{ports.livekit}/",
    )
    return [livekit, *started]


def _base_environment(options: DemoOptions, ports: Ports, instance: Instance) -> dict[str, str]:
    secrets, folder = instance.secrets, instance.folder
    env = dict(os.environ)
    if "LIVEKIT_URL" in env:
        if missing := [name for name in ("LIVEKIT_API_KEY", "LIVEKIT_API_SECRET") if name not in env]:
            raise DemoError(f"LIVEKIT_URL is set but not {' and '.join(missing)}: set them too, or unset LIVEKIT_URL")
    else:
        env["LIVEKIT_URL"] = f"ws://127.0.0.1:{ports.livekit}"
        env["LIVEKIT_API_KEY"] = secrets.livekit_api_key
        env["LIVEKIT_API_SECRET"] = secrets.livekit_api_secret
    env |= {
        "PYTHONUNBUFFERED": "1",
        "EARWITNESS_LOCAL_MODE": "1",
        "EARWITNESS_HOST": "127.0.0.1",
        "EARWITNESS_PORT": str(ports.api),
        "EARWITNESS_API_URL": f"http://127.0.0.1:{ports.api}",
        "EARWITNESS_BLOB_DIR": str(folder / "blobs"),
        "EARWITNESS_SPOOL_DIR": str(folder / "spool"),
        "EARWITNESS_MASTER_KEY": secrets.master_key,
        "EARWITNESS_WORKER_TOKEN": secrets.worker_token,
        "EARWITNESS_RESEARCHER_PASSWORD": secrets.researcher_password,
        "EARWITNESS_MODELS_FILE": str(options.models),
        "EARWITNESS_WEB_DIST": str(REPOSITORY / "web" / "dist"),
        "EARWITNESS_WORKER_HOST": "127.0.0.1",
        "EARWITNESS_WORKER_PORT": str(ports.worker),
        "EARWITNESS_MAX_CONVERSATIONS": str(options.max_conversations),
        "EARWITNESS_LOCAL_MODELS_STT_PROCESSES": str(_RECOGNISERS),
        "EARWITNESS_LOCAL_MODELS_HOST": "127.0.0.1",
        "EARWITNESS_LOCAL_MODELS_PORT": str(ports.model_server),
        "EARWITNESS_LOCAL_OPENAI_URL": f"http://127.0.0.1:{ports.model_server}/v1",
        "EARWITNESS_LOCAL_GOOGLE_URL": f"http://127.0.0.1:{ports.model_server}",
    }
    env.setdefault("EARWITNESS_DATABASE_URL", f"sqlite+aiosqlite:///{folder / 'earwitness.db'}")
    env["EARWITNESS_STUDY_FILE"] = str(options.study or _demo_study(env, options.models, folder))
    return env


def _demo_study(env: dict[str, str], models_file: Path, folder: Path) -> Path:
    """The demo study over every model whose provider is configured, else over the demo models."""
    table = load_models(models_file)
    study = yaml.safe_load((REPOSITORY / "studies" / "demo.yaml").read_text())
    study["models"] = models_at_hand(table, env)
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study, sort_keys=False, allow_unicode=True))
    return path


def models_at_hand(table: ModelTable, env: Mapping[str, str]) -> list[ModelId]:
    """Rows whose variables are all set, or the demo rows when there is none."""
    provided = [s.id for s in table.models if not s.demo and not missing_env(s, env)]
    return [*(provided or (s.id for s in table.models if s.demo))]


def almost_at_hand(table: ModelTable, env: Mapping[str, str]) -> list[str]:
    """A line for each set of variables that is all some rows still need, when part of what they need is there."""
    wanted: dict[tuple[str, ...], list[str]] = {}
    for spec in table.models:
        missing = missing_env(spec, env)
        if not spec.demo and missing and len(missing) < len(spec.required_env):
            wanted.setdefault(missing, []).append(spec.id)
    return [f"Set {' and '.join(missing)} as well to talk with {', '.join(ids)}" for missing, ids in wanted.items()]


def _announce(
    console: Console, options: DemoOptions, ports: Ports, instance: Instance, supervisor: Supervisor, took_s: float
) -> None:
    origin = f"http://localhost:{ports.api}"
    study = yaml.safe_load(Path(_study_file(options, instance)).read_text())
    participant, researcher = f"{origin}/p/{study['id']}", f"{origin}/researcher"
    console.print(f"\nReady after {took_s:.0f} s. Models: {', '.join(study['models'])}")
    for hint in almost_at_hand(load_models(options.models), os.environ):
        console.print(hint)
    console.print(f"\n  Participant  {participant}")
    console.print(f"  Researcher   {researcher}")
    console.print(f"  Password     {instance.secrets.researcher_password}")
    console.print(f"\n  Data and logs stand in {instance.folder}. Ctrl-C stops everything.\n")
    if options.ready_file is not None:
        fresh = options.ready_file.with_suffix(".new")
        fresh.write_text(
            json.dumps(
                {
                    "participant_url": participant,
                    "researcher_url": researcher,
                    "researcher_password": instance.secrets.researcher_password,
                    "api_url": f"http://127.0.0.1:{ports.api}",
                    "model_server_url": f"http://127.0.0.1:{ports.model_server}",
                    "folder": str(instance.folder),
                    "pids": supervisor.pids(),
                    "ready_after_s": round(took_s, 1),
                }
            )
        )
        fresh.rename(options.ready_file)


def _study_file(options: DemoOptions, instance: Instance) -> Path:
    return options.study or instance.folder / "study.yaml"
