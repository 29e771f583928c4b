"""A voice model as a row of ``models.yaml``: what it is, where it is served, what it can do."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from contracts.base import Contract, ModelId


class ModelKind(StrEnum):
    """The three architectures of the HUMANS paper, Section 3.1.1 and Table 3."""

    END_TO_END = "end_to_end"
    SPEECH_TO_TEXT = "speech_to_text"
    PIPELINE = "pipeline"


class LlmProtocol(StrEnum):
    """How a language model is called."""

    OPENAI_CHAT = "openai_chat"
    OPENAI_REALTIME = "openai_realtime"
    GOOGLE = "google"


class Endpoint(Contract):
    """Where a component is served and how it is called.

    ``base_url_env`` and ``api_key_env`` name environment variables of the worker; secrets never stand in a row.
    """

    model: str
    base_url_env: str | None = None
    api_key_env: str | None = None
    parameters: dict[str, JsonValue] = Field(default_factory=dict)


class LlmEndpoint(Endpoint):
    protocol: LlmProtocol


class Capabilities(Contract):
    """What differs between models, as flags; no use site asks which model it has."""

    audio_in: bool
    audio_out: bool
    tools: bool = True
    parallel_tool_calls: bool = False
    assistant_audio_by_id: bool = False
    """Earlier replies are sent back as audio ids (gpt-4o-audio), not as text."""
    merge_user_messages: bool = False
    """The chat template refuses two user messages in a row."""
    stt_hints: bool = False
    """The transcriber is told the words of the scenario's card. Off for models under study: it favours them."""
    system_role: bool = True
    """The chat template accepts a system message; otherwise it is put before the first user message."""


class Price(Contract):
    """Public list prices in US dollars; None where none is published."""

    usd_per_million_text_in: float | None = None
    usd_per_million_text_out: float | None = None
    usd_per_million_audio_in: float | None = None
    usd_per_million_audio_out: float | None = None
    as_of: str | None = None
    """Date of the list, ISO 8601."""


class ModelSpec(Contract):
    """One row of the table of models."""

    id: ModelId = Field(pattern=r"^[a-z0-9][a-z0-9.\-]*$")
    label: str
    kind: ModelKind
    parameters_billion: float | None = None
    open_weights: bool = False
    llm: LlmEndpoint
    stt: Endpoint | None = None
    tts: Endpoint | None = None
    capabilities: Capabilities
    prompt_line: str
    """The architecture's line of the system prompt (HUMANS paper, F.3)."""
    price: Price = Price()
    audio_history_turns: int | None = Field(default=None, ge=0)
    """User turns kept as audio in the context, older ones as text where there is any; None keeps all."""
    demo: bool = False
    """Served by the local model server, which is no model."""
    note: str | None = None

    @model_validator(mode="after")
    def _kind_agrees_with_capabilities(self) -> Self:
        expected = {
            ModelKind.END_TO_END: (True, True),
            ModelKind.SPEECH_TO_TEXT: (True, False),
            ModelKind.PIPELINE: (False, False),
        }[self.kind]
        if (self.capabilities.audio_in, self.capabilities.audio_out) != expected:
            raise ValueError(f"{self.id}: a model of kind {self.kind} has (audio_in, audio_out) = {expected}")
        if self.kind is ModelKind.PIPELINE and self.stt is None:
            raise ValueError(f"{self.id}: a pipeline model needs `stt`")
        if not self.capabilities.audio_out and self.tts is None:
            raise ValueError(f"{self.id}: a model without audio output needs `tts`")
        return self

    @property
    def required_env(self) -> tuple[str, ...]:
        """Environment variables without which this row cannot run, sorted."""
        endpoints = [endpoint for endpoint in (self.llm, self.stt, self.tts) if endpoint is not None]
        return tuple(sorted({name for e in endpoints for name in (e.base_url_env, e.api_key_env) if name is not None}))


class ModelTable(Contract):
    """The whole of ``models.yaml``."""

    version: Literal[1]
    models: tuple[ModelSpec, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [model.id for model in self.models]
        if repeated := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"models.yaml has a row twice: {repeated}")
        return self
