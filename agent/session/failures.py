"""Failures of providers as the record names them: the kind of error, never its text."""

from typing import Literal

from livekit.agents import APIConnectionError, APIError, APIStatusError, APITimeoutError

from contracts.conversation_event import ProviderError
from contracts.room_event import NoticeKind

Component = Literal["llm", "stt", "tts", "realtime"]


class EmptyAnswerError(Exception):
    """A provider ended its answer without a word, a sound or a tool call."""


def provider_error(component: Component, error: BaseException, *, retryable: bool) -> ProviderError:
    """What of ``error`` may be recorded."""
    kind: Literal["timeout", "connection", "status", "malformed", "other"]
    status: int | None = None
    match error:
        case APITimeoutError() | TimeoutError():
            kind = "timeout"
        case APIStatusError(status_code=code):
            kind, status = "status", code if code > 0 else None
        case APIConnectionError() | OSError():
            kind = "connection"
        case ValueError() | KeyError() | TypeError() | AttributeError() | IndexError() | EmptyAnswerError():
            kind = "malformed"
        case APIError():
            kind = "other"
        case _:
            kind = "other"
    return ProviderError(component=component, error=kind, status_code=status, retryable=retryable)


def notice_for(error: ProviderError) -> NoticeKind:
    """What the participant is shown."""
    return NoticeKind.PROVIDER_TIMED_OUT if error.error == "timeout" else NoticeKind.PROVIDER_FAILED
