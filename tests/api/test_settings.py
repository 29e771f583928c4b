"""Settings: complete, checked, and refused when they are unsafe."""

import base64
import os
from pathlib import Path

import pytest

from api.settings import SettingsError, settings_from

SAFE = {
    "EARWITNESS_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
    "EARWITNESS_WORKER_TOKEN": "v7Yw3mQ9pL2xK8sD",
    "EARWITNESS_RESEARCHER_PASSWORD": "otter-lantern-gravel",
    "LIVEKIT_URL": "wss://livekit.example.org",
    "LIVEKIT_API_KEY": "key",
    "LIVEKIT_API_SECRET": "Jx0vM2nQ4rT6uW8yA1cE3gI5kO7pS9zB",
}


def test_with_the_required_ones_alone_the_rest_has_defaults() -> None:
    settings = settings_from(SAFE)
    assert settings.database_url == "sqlite+aiosqlite:///run/earwitness.db"
    assert (settings.host, settings.port, settings.max_conversations) == ("127.0.0.1", 8000, 8)
    assert settings.public_livekit_url == "wss://livekit.example.org"
    assert settings.secure_cookies


@pytest.mark.parametrize("name", SAFE)
def test_each_required_one_is_named_when_it_is_missing(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settings_from({key: value for key, value in SAFE.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("EARWITNESS_PORT", "eighty", "0 to 65535"),
        ("EARWITNESS_MAX_CONVERSATIONS", "0", "1 to 10000"),
        ("EARWITNESS_LOCAL_MODE", "yes", "0, 1"),
        ("EARWITNESS_MASTER_KEY", "short", "32 bytes in base64"),
        ("EARWITNESS_MASTER_KEY", base64.b64encode(b"x" * 31).decode(), "32 bytes in base64"),
        ("LIVEKIT_URL", "localhost", "wss"),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_what_is(name: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingsError, match=f"(?s){name}.*{allowed}"):
        settings_from({**SAFE, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EARWITNESS_WORKER_TOKEN", "changeme-please-now"),
        ("EARWITNESS_RESEARCHER_PASSWORD", "short"),
        ("LIVEKIT_API_SECRET", "secret"),
        ("EARWITNESS_MASTER_KEY", base64.b64encode(bytes(32)).decode()),
    ],
)
def test_weak_and_example_secrets_are_refused_outside_local_mode(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settings_from({**SAFE, name: value})
    assert settings_from({**SAFE, name: value, "EARWITNESS_LOCAL_MODE": "1"}).local_mode


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    shown = repr(settings_from(SAFE))
    for name in ("EARWITNESS_WORKER_TOKEN", "EARWITNESS_RESEARCHER_PASSWORD", "LIVEKIT_API_SECRET"):
        assert SAFE[name] not in shown
    assert str(bytes(range(32))) not in shown


def test_the_environment_is_read_in_one_place() -> None:
    readers = [
        path.name
        for path in (Path(__file__).parents[2] / "api").rglob("*.py")
        if "os.environ" in path.read_text() or "getenv" in path.read_text()
    ]
    assert readers == ["__main__.py"]
    assert os.environ is not None
