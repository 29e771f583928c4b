"""The worker's settings and how many conversations it takes."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.settings import Settings, SettingsError
from agent.worker import serve

ENV = {
    "LIVEKIT_URL": "ws://127.0.0.1:7880",
    "LIVEKIT_API_KEY": "key",
    "LIVEKIT_API_SECRET": "secret",
    "EARWITNESS_API_URL": "http://127.0.0.1:8000/",
    "EARWITNESS_WORKER_TOKEN": "token",
}


def test_every_missing_variable_is_named_at_once() -> None:
    with pytest.raises(SettingsError, match="LIVEKIT_API_KEY, EARWITNESS_API_URL"):
        Settings.from_env({name: ENV[name] for name in ENV if name not in {"LIVEKIT_API_KEY", "EARWITNESS_API_URL"}})


def test_defaults_are_loopback() -> None:
    settings = Settings.from_env(ENV)
    assert (settings.host, settings.port, settings.api_url) == ("127.0.0.1", 8081, "http://127.0.0.1:8000")
    assert settings.spool_dir == Path("run/spool")


@pytest.mark.parametrize("value", ["0", "many", "-1"])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="EARWITNESS_MAX_CONVERSATIONS"):
        Settings.from_env(ENV | {"EARWITNESS_MAX_CONVERSATIONS": value})


@pytest.mark.parametrize("most", [1, 3, 8])
def test_the_worker_admits_exactly_as_many_conversations_as_it_is_allowed(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(Settings.from_env(ENV | {"EARWITNESS_MAX_CONVERSATIONS": str(most)}))
    running = [SimpleNamespace(running_job=object()) for _ in range(most)]

    def admits(count: int) -> bool:
        """As the library decides on a request that comes while ``count`` conversations are held."""
        monkeypatch.setattr(server, "_proc_pool", SimpleNamespace(processes=running[:count]), raising=False)
        monkeypatch.setattr(server, "_reserved_slots", 0, raising=False)
        monkeypatch.setattr(server, "_devmode", False, raising=False)
        assert callable(server.load_fnc)
        monkeypatch.setattr(server, "_worker_load", server.load_fnc(server), raising=False)  # type: ignore[call-arg]
        return server._is_available()

    assert [admits(count) for count in range(most + 1)] == [True] * most + [False]
