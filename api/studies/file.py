"""The study as one file, checked against the models and the scenarios there are."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from contracts.study import StudySpec
from contracts.voice_model import ModelTable


class StudyFileError(Exception):
    """A file cannot be used; the message names each field and what is allowed."""


def _read(path: Path) -> Any:  # YAML holds anything
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StudyFileError(f"{path}: there is no such file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StudyFileError(f"{path}: is not YAML: {error}") from error


def _described(path: Path, error: ValidationError) -> str:
    lines = [f"{path}: {error.error_count()} field(s) are wrong"]
    lines += [f"  {'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}" for each in error.errors()]
    return "\n".join(lines)


def load_models(path: Path) -> ModelTable:
    """The table of models; raises `StudyFileError`."""
    try:
        return ModelTable.model_validate(_read(path))
    except ValidationError as error:
        raise StudyFileError(_described(path, error)) from error


def load_study(path: Path, *, models: Collection[str], scenarios: Collection[str]) -> StudySpec:
    """The study, with models and scenarios that exist and stand in it once; raises `StudyFileError`."""
    try:
        study = StudySpec.model_validate(_read(path))
    except ValidationError as error:
        raise StudyFileError(_described(path, error)) from error
    wrong = _unknown("models", study.models, models) + _unknown("scenarios", study.scenarios, scenarios)
    if wrong:
        raise StudyFileError("\n".join([f"{path}: {len(wrong)} field(s) are wrong", *wrong]))
    return study


def _unknown(field: str, named: Collection[str], allowed: Collection[str]) -> list[str]:
    wrong: list[str] = []
    seen: set[str] = set()
    for index, name in enumerate(named):
        if name not in allowed:
            wrong.append(f"  {field}.{index}: {name!r} does not exist; allowed: {sorted(allowed)}")
        elif name in seen:
            wrong.append(f"  {field}.{index}: {name!r} stands twice; allowed: each once")
        seen.add(name)
    return wrong
