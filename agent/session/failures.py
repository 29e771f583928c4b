"""Failures of providers as the record names them: the kind of error, never its text."""

from typing import Literal

from agent.models.failure import failure_of
from contracts.conversation_event import ProviderError
from contracts.room_event import NoticeKind

Component = Literal["llm", "stt", "tts", "realtime"]


def provider_error(component: Component, error: BaseException, *, retryable: bool) -> ProviderError:
    """What of ``error`` may be recorded; ``retryable`` when it is being tried again."""
    failure = failure_of(error)
    return ProviderError(component=component, error=failure.error, status_code=failure.status_code, retryable=retryable)


def notice_for(error: ProviderError) -> NoticeKind:
    """What the participant is shown."""
    return NoticeKind.PROVIDER_TIMED_OUT if error.error == "timeout" else NoticeKind.PROVIDER_FAILED
