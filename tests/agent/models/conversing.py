"""A conversation with a built model, piece by piece, through its real client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from livekit import rtc
from livekit.agents import APIConnectOptions, llm

from agent.interface import PCM_KEY, VoiceModel
from agent.registry import build
from contracts.voice_model import Endpoint, LlmProtocol, ModelSpec
from tests.agent.models.provider.server import Provider, tone

RATE_HZ = 16_000
PROMPT = "You are a voice assistant."
GREETING = "Hello, how can I help?"
IMPATIENT = APIConnectOptions(max_retry=0, retry_interval=0.01, timeout=0.8)
"""For what never comes."""
ONE_ATTEMPT = APIConnectOptions(max_retry=0, retry_interval=0.01, timeout=20.0)
PATIENT = APIConnectOptions(max_retry=1, retry_interval=0.01, timeout=20.0)


@llm.function_tool(
    raw_schema={
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    }
)
async def get_weather(raw_arguments: dict[str, Any]) -> str:
    return "sunny"


def at_provider(spec: ModelSpec, provider: Provider) -> tuple[ModelSpec, dict[str, str]]:
    """The row with its endpoints at the test's provider, and an environment that says where that is."""
    env = dict.fromkeys(spec.required_env, "secret")

    def moved(endpoint: Endpoint | None) -> Endpoint | None:
        if endpoint is None:
            return None
        at_google = getattr(endpoint, "protocol", None) is LlmProtocol.GOOGLE
        name = "GOOGLE_TEST_URL" if at_google else "OPENAI_TEST_URL"
        return endpoint.model_copy(update={"base_url_env": name})

    env |= {"GOOGLE_TEST_URL": provider.google_url, "OPENAI_TEST_URL": provider.openai_url}
    return spec.model_copy(update={"llm": moved(spec.llm), "stt": moved(spec.stt), "tts": moved(spec.tts)}), env


@asynccontextmanager
async def model_at(spec: ModelSpec, provider: Provider) -> AsyncIterator[VoiceModel]:
    model = build(*at_provider(spec, provider))
    try:
        yield model
    finally:
        for part in (model.llm, model.stt, model.tts):
            if part is not None:
                await part.aclose()


def recording(seconds: float = 0.5, *, transcript: str | None = None) -> llm.AudioContent:
    """What the participant said, in frames of 20 ms."""
    size = RATE_HZ // 50
    samples = tone(seconds, RATE_HZ)
    frames = [
        rtc.AudioFrame(samples[start : start + 2 * size], RATE_HZ, 1, size)
        for start in range(0, len(samples) - 2 * size + 1, 2 * size)
    ]
    return llm.AudioContent(frame=frames, transcript=transcript)


def system(text: str = PROMPT) -> llm.ChatMessage:
    return llm.ChatMessage(role="system", content=[text])


def user(*content: llm.ChatContent) -> llm.ChatMessage:
    return llm.ChatMessage(role="user", content=list(content))


def assistant(text: str, *, interrupted: bool = False, extra: dict[str, Any] | None = None) -> llm.ChatMessage:
    return llm.ChatMessage(role="assistant", content=[text], interrupted=interrupted, extra=extra or {})


@dataclass
class Reply:
    """Everything a model sent for one request."""

    text: str = ""
    spoken: str = ""
    pcm: bytes = b""
    calls: list[llm.FunctionToolCall] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    def as_item(self) -> llm.ChatMessage:
        """As the session puts it into the context."""
        return assistant(self.text + self.spoken, extra=self.extra)


async def ask(
    model: VoiceModel,
    items: list[llm.ChatItem],
    *,
    tools: bool = False,
    options: APIConnectOptions = PATIENT,
) -> Reply:
    assert isinstance(model.llm, llm.LLM)
    reply = Reply()
    context = model.shape_context(llm.ChatContext(items))
    async with model.llm.chat(chat_ctx=context, tools=[get_weather] if tools else [], conn_options=options) as stream:
        async for chunk in stream:
            _take(reply, chunk)
    return reply


def _take(reply: Reply, chunk: llm.ChatChunk) -> None:
    if chunk.delta is None:
        return
    extra = dict(chunk.delta.extra or {})
    reply.calls += chunk.delta.tool_calls
    if PCM_KEY in extra:
        reply.pcm += extra.pop(PCM_KEY)
        reply.spoken += chunk.delta.content or ""
    else:
        reply.text += chunk.delta.content or ""
    reply.extra |= extra


def called(reply: Reply, output: str = "sunny") -> list[llm.ChatItem]:
    """The reply's tool call and its result, as the session puts them into the context."""
    call = reply.calls[0]
    return [
        llm.FunctionCall(call_id=call.call_id, name=call.name, arguments=call.arguments),
        llm.FunctionCallOutput(call_id=call.call_id, name=call.name, output=output, is_error=False),
    ]
