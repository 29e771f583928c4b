"""The study as one file: what is wrong in it is named, with what is allowed."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from api.studies.file import StudyFileError, load_models, load_study
from contracts.turn_taking import HUMANS_2025, TRUE_END_2025
from scenarios.library import load_library
from tests.api.house import ROOT

DEMO = ROOT / "studies/demo.yaml"
MODELS = {"model-a", "model-b"}
SCENARIOS = {"talk", "task"}
GOOD: dict[str, Any] = {
    **yaml.safe_load(DEMO.read_text()),
    "models": ["model-a", "model-b"],
    "scenarios": ["talk", "task"],
}


def _load(tmp_path: Path, changes: dict[str, Any]) -> Any:
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(GOOD | changes))
    return load_study(path, models=MODELS, scenarios=SCENARIOS)


def test_the_demo_study_stands_on_models_and_scenarios_that_exist() -> None:
    models = {model.id: model for model in load_models(ROOT / "models.yaml").models}
    library = load_library()
    study = load_study(DEMO, models=models, scenarios=library)
    assert all(models[model_id].demo for model_id in study.models)
    kinds = {models[model_id].kind for model_id in study.models}
    assert len(kinds) == 3
    categories = [library[scenario_id].category for scenario_id in study.scenarios]
    assert {category: categories.count(category) for category in set(categories)} == {
        "open_chat": 1,
        "goal_oriented": 2,
        "tool_task": 4,
    }
    assert study.turn_taking == TRUE_END_2025


def test_the_demos_consent_says_that_voices_are_recorded() -> None:
    text = " ".join(GOOD["consent"]["paragraphs"])
    assert "Your voice is recorded" in text
    assert "No personal information" not in text


def test_turn_taking_is_a_preset_by_name_or_the_settings_one_by_one(tmp_path: Path) -> None:
    assert _load(tmp_path, {"turn_taking": "humans-2025"}).turn_taking == HUMANS_2025
    assert _load(tmp_path, {"turn_taking": {"min_silence_s": 1.0}}).turn_taking.min_silence_s == 1.0


@pytest.mark.parametrize(
    ("changes", "field", "allowed"),
    [
        ({"models": ["model-a", "gpt-9"]}, "models.1", r"\['model-a', 'model-b'\]"),
        ({"scenarios": ["nothing"]}, "scenarios.0", r"\['talk', 'task'\]"),
        ({"models": ["model-a", "model-a"]}, "models.1", "each once"),
        ({"turn_taking": "fast"}, "turn_taking", "humans-2025"),
        ({"conversation_s": -1}, "conversation_s", "greater than 0"),
        ({"pay": {**GOOD["pay"], "base_usd": "much"}}, "pay.base_usd", "number"),
        ({"surprise": 1}, "surprise", "not permitted"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(
    tmp_path: Path, changes: dict[str, Any], field: str, allowed: str
) -> None:
    with pytest.raises(StudyFileError, match=f"(?s){field}: .*{allowed}"):
        _load(tmp_path, changes)


@pytest.mark.parametrize("text", ["[unclosed", "a: \x00", "- just\n- a list"])
def test_a_file_that_is_no_study_is_an_error_not_a_crash(tmp_path: Path, text: str) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(text)
    with pytest.raises(StudyFileError, match=r"study\.yaml"):
        load_study(path, models=MODELS, scenarios=SCENARIOS)
    with pytest.raises(StudyFileError, match="no such file"):
        load_study(tmp_path / "none.yaml", models=MODELS, scenarios=SCENARIOS)
