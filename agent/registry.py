"""The table of models: reads ``models.yaml`` and builds what a row describes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from livekit.agents import llm
from pydantic import BaseModel, ValidationError

from agent.errors import AgentError
from agent.interface import VoiceModel
from agent.models import google_chat, openai_audio, openai_chat, openai_realtime, openai_speech, openai_transcription
from agent.models.context import ContextShaper, unshaped
from agent.models.endpoint import GOOGLE_URL, OPENAI_URL, Access, Parameters, access, parameter_faults
from contracts.base import ModelId
from contracts.voice_model import LlmProtocol, ModelSpec, ModelTable


class RegistryError(AgentError):
    """The table of models cannot be read, or a row cannot be built."""


class MissingEnvironmentError(RegistryError):
    """A row needs environment variables that are not set."""

    def __init__(self, model: ModelId, variables: tuple[str, ...]) -> None:
        super().__init__(f"model {model!r} cannot run: set {', '.join(variables)}")
        self.model = model
        self.variables = variables


@dataclass(frozen=True, slots=True)
class LlmFamily:
    """How the language models of one protocol are built, with and without sound in their replies."""

    default_url: str
    text: tuple[type[Parameters], Callable[[ModelSpec, Access], "llm.LLM[Any]"]] | None
    sound: tuple[type[Parameters], Callable[[ModelSpec, Access], "llm.LLM[Any] | llm.RealtimeModel"]] | None
    keeps_the_conversation: bool = False
    """The provider's session holds the context; nothing is to be shaped."""


FAMILIES: Mapping[LlmProtocol, LlmFamily] = {
    LlmProtocol.OPENAI_CHAT: LlmFamily(
        OPENAI_URL,
        text=(openai_chat.ChatParameters, openai_chat.build),
        sound=(openai_audio.AudioParameters, openai_audio.build),
    ),
    LlmProtocol.GOOGLE: LlmFamily(
        GOOGLE_URL,
        text=(google_chat.GoogleParameters, google_chat.build),
        sound=None,
    ),
    LlmProtocol.OPENAI_REALTIME: LlmFamily(
        OPENAI_URL,
        text=None,
        sound=(openai_realtime.RealtimeParameters, openai_realtime.build),
        keeps_the_conversation=True,
    ),
}


def load_models(path: Path) -> ModelTable:
    """The table in ``path``. Raises `RegistryError` with a line for each fault: its row, its field, what is allowed."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RegistryError(f"{path.name} cannot be read: {error}") from error
    try:
        table = ModelTable.model_validate(content)
    except ValidationError as error:
        raise RegistryError(_told(path, [_fault(detail, content) for detail in error.errors()])) from error
    if faults := [f"row {spec.id!r}, {fault}" for spec in table.models for fault in _row_faults(spec)]:
        raise RegistryError(_told(path, faults))
    return table


def missing_env(spec: ModelSpec, env: Mapping[str, str]) -> tuple[str, ...]:
    """The environment variables that the row still needs, sorted; empty when it can run."""
    return tuple(name for name in spec.required_env if not env.get(name))


def availability(table: ModelTable, env: Mapping[str, str]) -> dict[ModelId, tuple[str, ...]]:
    """For each row, in the table's order, the environment variables that it still needs."""
    return {spec.id: missing_env(spec, env) for spec in table.models}


def build(spec: ModelSpec, env: Mapping[str, str], *, stt_hints: str | None = None) -> VoiceModel:
    """The row, ready to talk; ``stt_hints`` go to a transcriber that the row lets have them.

    Raises `RegistryError` when it cannot be, `MissingEnvironmentError` when not here.
    """
    if faults := _row_faults(spec):
        raise RegistryError("\n".join(f"row {spec.id!r}, {fault}" for fault in faults))
    if missing := missing_env(spec, env):
        raise MissingEnvironmentError(spec.id, missing)
    family = FAMILIES[spec.llm.protocol]
    form = family.sound if spec.capabilities.audio_out else family.text
    assert form is not None  # noqa: S101  # or there was a fault
    hints = stt_hints if spec.capabilities.stt_hints else None
    return VoiceModel(
        spec=spec,
        llm=form[1](spec, access(spec.llm, env, default_url=family.default_url)),
        stt=openai_transcription.build(spec.stt, access(spec.stt, env, default_url=OPENAI_URL), hints=hints)
        if spec.stt
        else None,
        tts=openai_speech.build(spec.tts, access(spec.tts, env, default_url=OPENAI_URL)) if spec.tts else None,
        shape_context=unshaped if family.keeps_the_conversation else ContextShaper(spec),
    )


def _row_faults(spec: ModelSpec) -> list[str]:
    """What a row asks for that its protocols do not offer."""
    family = FAMILIES[spec.llm.protocol]
    form = family.sound if spec.capabilities.audio_out else family.text
    if form is None:
        able = [protocol.value for protocol, other in FAMILIES.items() if _offers(other, spec)]
        return [f"field llm.protocol: {spec.llm.protocol.value!r} cannot serve a {spec.kind} model; allowed: {able}"]
    faults = [f"field llm.{fault}" for fault in parameter_faults(spec.llm, form[0])]
    if spec.stt is not None:
        kind = openai_transcription.TranscriptionParameters
        faults += [f"field stt.{fault}" for fault in parameter_faults(spec.stt, kind)]
    if spec.tts is not None:
        faults += [f"field tts.{fault}" for fault in parameter_faults(spec.tts, openai_speech.SpeechParameters)]
    return faults


def _offers(family: LlmFamily, spec: ModelSpec) -> bool:
    return (family.sound if spec.capabilities.audio_out else family.text) is not None


def _told(path: Path, faults: list[str]) -> str:
    return "\n".join([f"{path.name} has {len(faults)} fault(s):", *(f"- {fault}" for fault in faults)])


def _fault(detail: Any, content: object) -> str:
    """One line for an error of the table's contract."""
    loc: tuple[int | str, ...] = detail["loc"]
    message: str = detail["msg"]
    if detail["type"] == "extra_forbidden":
        message = f"is not a field; allowed: {sorted(_fields_at(loc[:-1]))}"
    if len(loc) < 2 or loc[0] != "models":
        return f"field {'.'.join(str(part) for part in loc) or '(all)'}: {message}"
    field = ".".join(str(part) for part in loc[2:])
    return f"row {_row_name(loc[1], content)}{', field ' + field if field else ''}: {message}"


def _row_name(index: int | str, content: object) -> str:
    try:
        return repr(content["models"][index]["id"])  # type: ignore[index]  # whatever the file holds
    except (KeyError, TypeError, IndexError):
        return f"number {index}"


def _fields_at(loc: tuple[int | str, ...]) -> set[str]:
    """The fields that the contract has at a place."""
    kind: type[BaseModel] = ModelTable
    for part in loc:
        if isinstance(part, int):
            kind = ModelSpec
            continue
        if part == "models":
            continue
        annotation = kind.model_fields[part].annotation
        options = [annotation, *getattr(annotation, "__args__", ())]
        kind = next(option for option in options if isinstance(option, type) and issubclass(option, BaseModel))
    return set(kind.model_fields)
