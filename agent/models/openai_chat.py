"""Text replies through OpenAI's chat completions API, at OpenAI or at a server that speaks it (vLLM)."""

from typing import Any, Literal

from livekit.agents import APIConnectOptions, NotGivenOr, llm
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN
from livekit.plugins import openai
from livekit.plugins.openai.llm import LLMStream
from pydantic import JsonValue

from agent.models.endpoint import Access, Parameters
from agent.models.failure import EmptyReplyError
from contracts.voice_model import ModelSpec


class ChatParameters(Parameters):
    temperature: float | None = None
    top_p: float | None = None
    max_completion_tokens: int | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None = None
    extra_body: dict[str, JsonValue] | None = None
    """Fields beyond OpenAI's own, as vLLM takes them."""


class ReplyStream(LLMStream):
    """A reply; one without any content is an error, as it is for Gemini's stock client."""

    async def _run(self) -> None:
        self.answered = False
        await super()._run()
        self._finish()
        if not self.answered:
            raise EmptyReplyError

    def _finish(self) -> None:
        """Called once the provider has ended its stream: hands over what was held back."""

    def _parse_choice(self, chunk_id: str, choice: Any, thinking_filter: Any) -> llm.ChatChunk | None:
        chunk = super()._parse_choice(chunk_id, choice, thinking_filter)
        if chunk is not None and chunk.has_response():
            self.answered = True
        return chunk


class ChatLLM(openai.LLM):
    """The stock client with the requests and replies of this house."""

    def __init__(self, *, parallel_calls: bool, stream: type[LLMStream] = ReplyStream, **options: Any) -> None:
        super().__init__(**options)
        self._parallel_calls = parallel_calls
        self._stream = stream

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        parallel_tool_calls: NotGivenOr[bool] = NOT_GIVEN,
        tool_choice: NotGivenOr[llm.ToolChoice] = NOT_GIVEN,
        response_format: NotGivenOr[Any] = NOT_GIVEN,
        extra_kwargs: NotGivenOr[dict[str, Any]] = NOT_GIVEN,
    ) -> LLMStream:
        if tools and not parallel_tool_calls:  # OpenAI refuses the field in a request without tools
            parallel_tool_calls = self._parallel_calls
        stream = super().chat(
            chat_ctx=chat_ctx,
            tools=tools,
            conn_options=conn_options,
            parallel_tool_calls=parallel_tool_calls,
            tool_choice=tool_choice,
            response_format=response_format,
            extra_kwargs=extra_kwargs,
        )
        # The stock method names its stream class, and starts it only when the loop is next free.
        stream.__class__ = self._stream
        return stream


def build(spec: ModelSpec, access: Access) -> ChatLLM:
    """A language model that answers in text."""
    parameters = ChatParameters.model_validate(spec.llm.parameters)
    return ChatLLM(
        model=spec.llm.model,
        base_url=access.base_url,
        api_key=access.api_key,
        parallel_calls=spec.capabilities.parallel_tool_calls,
        **parameters.given(),
    )
