"""What went wrong with a provider, in the few words that the event log knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from livekit.agents import APIConnectionError, APIError, APIStatusError, llm

FailureKind = Literal["timeout", "connection", "status", "malformed", "other"]


class EmptyReplyError(APIError):
    """The model answered with neither words, nor sound, nor a tool call."""

    def __init__(self) -> None:
        super().__init__("the model answered nothing", retryable=True)


@dataclass(frozen=True, slots=True)
class Failure:
    """The kind of an error, never its text: a provider's message may quote the participant."""

    error: FailureKind
    status_code: int | None
    retryable: bool


def failure_of(error: BaseException) -> Failure:
    """The kind of failure behind any exception of a language model, a transcriber, a voice or a realtime session.

    The session's library wraps the last attempt's error once or twice, so the whole chain of causes is read.
    """
    chain = list(_causes(error))
    retryable = next((cause.retryable for cause in reversed(chain) if isinstance(cause, APIError)), False)
    for cause in chain:
        if isinstance(cause, APIStatusError) and cause.status_code > 0:
            return Failure("status", cause.status_code, retryable)
    if any(_is_timeout(cause) for cause in chain):
        return Failure("timeout", None, retryable)
    if any(_is_malformed(cause) for cause in chain):
        return Failure("malformed", None, retryable)
    if any(isinstance(cause, APIConnectionError | OSError) for cause in chain):
        return Failure("connection", None, retryable)
    return Failure("other", None, retryable)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _is_timeout(error: BaseException) -> bool:
    # By name: each client brings a transport library of its own, whose timeouts share no base.
    if isinstance(error, llm.RealtimeError):
        return str(error).endswith("timed out.")
    names = {base.__name__ for base in type(error).__mro__}
    return not names.isdisjoint({"TimeoutError", "TimeoutException", "APITimeoutError"})


def _is_malformed(error: BaseException) -> bool:
    if isinstance(error, EmptyReplyError | ValueError | LookupError | TypeError | AttributeError):
        # JSON, base64, UTF-8, WAV, a schema that is not met, or a client that trips over what it was sent
        return True
    # A reply without content has no status code; the client of Gemini reports it so.
    return isinstance(error, APIStatusError) and error.status_code <= 0
