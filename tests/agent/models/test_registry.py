"""Reading the table and building its rows."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.models.context import unshaped
from agent.registry import (
    FAMILIES,
    MissingEnvironmentError,
    RegistryError,
    availability,
    build,
    load_models,
    missing_env,
)
from contracts.base import ModelId
from contracts.voice_model import LlmProtocol, ModelSpec, ModelTable

ROW: dict[str, Any] = {
    "id": "mine",
    "label": "Mine",
    "kind": "speech_to_text",
    "llm": {"protocol": "openai_chat", "model": "m", "base_url_env": "MINE_URL", "api_key_env": "MINE_KEY"},
    "tts": {"model": "t", "api_key_env": "OPENAI_API_KEY"},
    "capabilities": {"audio_in": True, "audio_out": False},
    "prompt_line": "You receive audio input and respond with text that will be converted to speech.",
}


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "models.yaml"
    path.write_text(yaml.safe_dump({"version": 1, "models": list(rows)}), encoding="utf-8")
    return path


def with_changes(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**row, **{key: {**row.get(key, {}), **v} if isinstance(v, dict) else v for key, v in changes.items()}}


def test_a_new_model_is_a_new_row(tmp_path: Path) -> None:
    (spec,) = load_models(written(tmp_path, ROW)).models
    model = build(spec, {"MINE_URL": "http://127.0.0.1:1/v1", "MINE_KEY": "k", "OPENAI_API_KEY": "k"})
    assert model.spec is spec
    assert model.stt is None


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param(
            with_changes(ROW, llm={"protocol": "smoke_signals"}),
            ["'mine'", "llm.protocol", "openai_chat", "google"],
            id="a protocol that is not there",
        ),
        pytest.param(
            with_changes(ROW, capabilities={"telepathy": True}),
            ["'mine'", "capabilities.telepathy", "system_role"],
            id="a field that is not there",
        ),
        pytest.param(
            with_changes(ROW, llm={"parameters": {"warmth": 1}}),
            ["'mine'", "llm.parameters.warmth", "temperature"],
            id="a parameter that is not there",
        ),
        pytest.param(
            with_changes(ROW, llm={"parameters": {"temperature": "hot"}}),
            ["'mine'", "llm.parameters.temperature", "number"],
            id="a parameter of the wrong kind",
        ),
        pytest.param(
            with_changes(ROW, tts={"parameters": {"pitch": 1}}),
            ["'mine'", "tts.parameters.pitch", "voice"],
            id="a parameter of the voice",
        ),
        pytest.param(
            with_changes(ROW, kind="pipeline"), ["'mine'", "(audio_in, audio_out)"], id="flags against the kind"
        ),
        pytest.param(
            with_changes(ROW, llm={"protocol": "openai_realtime"}),
            ["'mine'", "llm.protocol", "openai_realtime", "allowed: ['openai_chat', 'google']"],
            id="a protocol that cannot serve the kind",
        ),
        pytest.param(
            {key: value for key, value in ROW.items() if key != "prompt_line"},
            ["'mine'", "prompt_line", "required"],
            id="a field left out",
        ),
    ],
)
def test_a_fault_names_the_row_the_field_and_what_is_allowed(
    tmp_path: Path, row: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(RegistryError) as raised:
        load_models(written(tmp_path, row))
    assert all(word in str(raised.value) for word in words), raised.value


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = [with_changes(ROW, id=name, llm={"parameters": {"warmth": 1}}) for name in ("one", "two")]
    with pytest.raises(RegistryError, match=r"2 fault") as raised:
        load_models(written(tmp_path, *rows))
    assert "'one'" in str(raised.value)
    assert "'two'" in str(raised.value)


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    with pytest.raises(RegistryError, match="cannot be read"):
        load_models(path)
    path.write_text("version: 1\nmodels: [", encoding="utf-8")
    with pytest.raises(RegistryError, match="cannot be read"):
        load_models(path)
    path.write_text("just words", encoding="utf-8")
    with pytest.raises(RegistryError, match="fault"):
        load_models(path)


def test_missing_variables_are_told_all_in_one(tmp_path: Path) -> None:
    (spec,) = load_models(written(tmp_path, ROW)).models
    with pytest.raises(MissingEnvironmentError, match=r"'mine'.*MINE_URL, OPENAI_API_KEY") as raised:
        build(spec, {"MINE_KEY": "k", "OPENAI_API_KEY": ""})
    assert raised.value.variables == ("MINE_URL", "OPENAI_API_KEY")


def test_availability_says_what_each_row_still_needs(table: ModelTable) -> None:
    env = {
        "EARWITNESS_LOCAL_OPENAI_URL": "http://127.0.0.1:1/v1",
        "EARWITNESS_LOCAL_GOOGLE_URL": "http://127.0.0.1:1",
        "OPENAI_API_KEY": "k",
    }
    needed = availability(table, env)
    assert [name for name, missing in needed.items() if not missing] == [
        "gpt-4o-audio-preview",
        "gpt-4o-mini-audio-preview",
        "gpt-realtime",
        "gpt-4o-mini",
        "gpt-5",
        "demo-end-to-end",
        "demo-speech-to-text",
        "demo-pipeline",
    ]
    assert needed[ModelId("gemini-2.5-pro")] == ("GOOGLE_API_KEY",)


def test_demonstrations_need_no_key(table: ModelTable) -> None:
    demos = [spec for spec in table.models if spec.demo]
    assert all(name.startswith("EARWITNESS_LOCAL_") for spec in demos for name in missing_env(spec, {}))


def test_every_protocol_has_a_family_and_realtime_sessions_keep_their_own_context(table: ModelTable) -> None:
    assert set(FAMILIES) == set(LlmProtocol)
    spec = next(spec for spec in table.models if spec.llm.protocol is LlmProtocol.OPENAI_REALTIME)
    assert build(spec, {"OPENAI_API_KEY": "k"}).shape_context is unshaped


def test_the_processes_environment_moves_no_row(table: ModelTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "1")

    def provider(name: str) -> str:
        spec: ModelSpec = next(spec for spec in table.models if spec.id == name)
        return build(spec, {"OPENAI_API_KEY": "k", "GOOGLE_API_KEY": "k"}).llm.provider

    assert provider("gpt-4o-mini") == "api.openai.com"
    assert provider("gpt-realtime") == "api.openai.com"
    assert provider("gemini-2.5-pro") == "Gemini"
