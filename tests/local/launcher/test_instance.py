"""Ports, secrets and the LiveKit configuration of an instance."""

import socket
import stat
from pathlib import Path

import pytest
import yaml

from local.launcher.instance import open_instance
from local.launcher.livekit_config import livekit_config
from local.launcher.ports import FIRST_BASE, Ports, choose_ports


def test_secrets_are_made_once_and_readable_by_the_owner_alone(tmp_path: Path) -> None:
    first, second = open_instance(tmp_path / "one"), open_instance(tmp_path / "one")
    assert first.secrets == second.secrets
    assert stat.S_IMODE((tmp_path / "one" / "secrets.json").stat().st_mode) == 0o600


def test_two_instances_have_different_secrets(tmp_path: Path) -> None:
    assert open_instance(tmp_path / "one").secrets != open_instance(tmp_path / "two").secrets


def test_a_taken_port_is_named_when_it_was_asked_for_and_passed_over_when_not() -> None:
    base = choose_ports(None).api
    with socket.socket() as other:
        other.bind(("127.0.0.1", base + 1))
        other.listen()
        with pytest.raises(ValueError, match=str(base + 1)):
            choose_ports(base)
        assert choose_ports(None).api > base >= FIRST_BASE


def test_the_livekit_server_is_told_to_stay_on_loopback(tmp_path: Path) -> None:
    config = yaml.safe_load(livekit_config(Ports.from_base(9100), open_instance(tmp_path).secrets))
    assert config["bind_addresses"] == ["127.0.0.1"]
    assert config["rtc"]["interfaces"] == {"includes": ["lo"]}
    assert all(server.startswith("127.0.0.1:") for server in config["rtc"]["stun_servers"])
