"""docker-compose.yml as a real compose parser reads it."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
MANDATORY = sorted(set(re.findall(r"\$\{(\w+):\?", (REPOSITORY / "docker-compose.yml").read_text())))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(REPOSITORY / "docker-compose.yml", folder)
    shutil.copytree(REPOSITORY / "deploy", folder / "deploy")
    shutil.copy(folder / "deploy" / "providers.example.env", folder / "providers.env")
    return folder


def parse(project: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(project), **variables}
    return subprocess.run(
        ["docker-compose", "config"], cwd=project, env=env, capture_output=True, text=True, check=False
    )


def filled() -> dict[str, str]:
    return {name: f"value-of-{name.lower()}" for name in MANDATORY}


def test_the_file_parses_and_every_service_has_a_healthcheck(project: Path) -> None:
    parsed = parse(project, filled())
    assert parsed.returncode == 0, parsed.stderr
    services = yaml.safe_load(parsed.stdout)["services"]
    assert set(services) == {"postgres", "redis", "livekit", "api", "worker", "web"}
    assert [name for name, service in services.items() if "healthcheck" not in service] == []


@pytest.mark.parametrize("name", MANDATORY)
def test_a_missing_secret_is_refused_by_name(project: Path, name: str) -> None:
    variables = filled()
    del variables[name]
    parsed = parse(project, variables)
    assert parsed.returncode != 0
    assert f"set {name} in .env" in parsed.stderr


def test_only_the_proxy_and_the_media_ports_are_published(project: Path) -> None:
    services = yaml.safe_load(parse(project, filled()).stdout)["services"]
    assert {name for name, service in services.items() if service.get("ports")} == {"web", "livekit"}


def test_the_example_file_names_every_mandatory_variable_and_gives_no_secret() -> None:
    lines = [line for line in (REPOSITORY / "deploy" / "example.env").read_text().splitlines() if "=" in line]
    example = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert set(MANDATORY) <= set(example)
    assert {name for name, value in example.items() if value} == {"EARWITNESS_STUDY", "EARWITNESS_MAX_CONVERSATIONS"}


def test_the_worker_is_not_given_the_database_password_or_the_master_key(project: Path) -> None:
    worker = json.dumps(yaml.safe_load(parse(project, filled()).stdout)["services"]["worker"])
    assert "value-of-postgres_password" not in worker
    assert "value-of-earwitness_master_key" not in worker
