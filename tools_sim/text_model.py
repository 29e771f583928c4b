"""A language model asked in text, as a row of ``models.yaml`` describes it: for work without a conversation."""

from collections.abc import Mapping
from typing import Any, assert_never

import httpx
from pydantic import JsonValue
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from contracts.voice_model import LlmEndpoint, LlmProtocol, ModelSpec

_OPENAI_URL = "https://api.openai.com/v1"
_GOOGLE_URL = "https://generativelanguage.googleapis.com/v1beta"
_RETRYABLE = frozenset({408, 409, 429, 500, 502, 503, 504})


class TextModelError(RuntimeError):
    """The model gave no answer; the message names the model and the kind of failure."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


def _may_help(error: BaseException) -> bool:
    return isinstance(error, TextModelError) and error.retryable


class TextModel:
    """Asks one model; ``ask`` raises `TextModelError` after four failed attempts. Close it after use."""

    def __init__(
        self, spec: ModelSpec, env: Mapping[str, str], *, client: httpx.Client | None = None, wait_s: float = 1.0
    ) -> None:
        if spec.llm.protocol is LlmProtocol.OPENAI_REALTIME:
            raise TextModelError(f"{spec.id} talks in real time only; choose another model", retryable=False)
        if missing := [name for name in (spec.llm.base_url_env, spec.llm.api_key_env) if name and not env.get(name)]:
            raise TextModelError(f"{spec.id} needs {', '.join(missing)}", retryable=False)
        self._spec = spec
        self._base = _value(spec.llm.base_url_env, env)
        self._key = _value(spec.llm.api_key_env, env)
        self._client = client or httpx.Client(timeout=120)
        self._ask = retry(
            stop=stop_after_attempt(4),
            wait=wait_exponential_jitter(initial=wait_s, max=30 * wait_s, jitter=wait_s),
            retry=retry_if_exception(_may_help),
            reraise=True,
        )(self._ask_once)

    def ask(self, system: str, question: str) -> str:
        """The model's answer."""
        return self._ask(system, question)

    def close(self) -> None:
        self._client.close()

    def _ask_once(self, system: str, question: str) -> str:
        url, headers, body = self._request(self._spec.llm, system, question)
        try:
            response = self._client.post(url, headers=headers, json=body)
        except httpx.HTTPError as error:
            raise TextModelError(f"{self._spec.id}: {type(error).__name__}", retryable=True) from error
        if response.status_code != httpx.codes.OK:
            retryable = response.status_code in _RETRYABLE
            raise TextModelError(f"{self._spec.id}: status {response.status_code}", retryable=retryable)
        try:
            return self._text(response.json())
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise TextModelError(f"{self._spec.id}: an answer without text", retryable=True) from error

    def _request(
        self, endpoint: LlmEndpoint, system: str, question: str
    ) -> tuple[str, dict[str, str], dict[str, JsonValue]]:
        match endpoint.protocol:
            case LlmProtocol.OPENAI_CHAT:
                headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
                messages: list[JsonValue] = [
                    {"role": "system", "content": system},
                    {"role": "user", "content": question},
                ]
                url = f"{self._base or _OPENAI_URL}/chat/completions"
                return url, headers, {"model": endpoint.model, "messages": messages}
            case LlmProtocol.GOOGLE:
                url = f"{self._base or _GOOGLE_URL}/models/{endpoint.model}:generateContent"
                return (
                    url,
                    {"x-goog-api-key": self._key} if self._key else {},
                    {
                        "system_instruction": {"parts": [{"text": system}]},
                        "contents": [{"role": "user", "parts": [{"text": question}]}],
                    },
                )
            case LlmProtocol.OPENAI_REALTIME:
                raise TextModelError(f"{self._spec.id} talks in real time only", retryable=False)
            case _:
                assert_never(endpoint.protocol)

    def _text(self, answer: Any) -> str:
        if self._spec.llm.protocol is LlmProtocol.GOOGLE:
            return "".join(part["text"] for part in answer["candidates"][0]["content"]["parts"])
        content = answer["choices"][0]["message"]["content"]
        if not isinstance(content, str):
            raise TypeError("no text in the message")
        return content


def _value(name: str | None, env: Mapping[str, str]) -> str:
    return env.get(name, "").rstrip("/") if name else ""
