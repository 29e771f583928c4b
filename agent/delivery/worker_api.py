"""The API as an agent job calls it; `docs/worker-protocol.md` is the agreement."""

import hashlib
import ssl
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx

from agent.errors import AgentError
from contracts.base import ConversationId
from contracts.brief import ConversationBrief, Heartbeat, HeartbeatAnswer
from contracts.conversation_event import ConversationEvent, EventBatch, EventsAcknowledged

TIMEOUT_S = 10.0
HEARTBEAT_TIMEOUT_S = 2.0


class ApiUnavailableError(AgentError):
    """The API did not answer, or said that it cannot now."""

    retryable = True


class ApiRefusedError(AgentError):
    """The API will not take this, now or later, unless someone mends something."""

    def __init__(self, what: str, status: int) -> None:
        super().__init__(f"{what} was refused with status {status}")
        self.status = status


class ConversationOverError(AgentError):
    """The conversation has ended; no agent is wanted."""


class EventGapError(AgentError):
    """The API lacks events before those sent; it has all through ``through``."""

    retryable = True

    def __init__(self, through: int) -> None:
        super().__init__(f"the API has events through {through} only")
        self.through = through


class WorkerApi:
    """Each call once; who calls decides whether to try again."""

    def __init__(self, url: str, token: str, *, tls: ssl.SSLContext | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_S,
            # Made anew for each client it would block the event loop for a moment.
            verify=tls if tls is not None else True,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def brief(self, conversation: ConversationId, source: str) -> ConversationBrief:
        """Take the conversation over; raises `ConversationOverError` when there is none to be had."""
        answer = await self._call("GET", conversation, "brief", params={"source": source})
        return ConversationBrief.model_validate_json(answer.content)

    async def send_events(
        self, conversation: ConversationId, source: str, events: tuple[ConversationEvent, ...]
    ) -> int:
        """The number through which every event is stored; raises `EventGapError` when earlier ones are missing."""
        batch = EventBatch(source=source, events=events)
        answer = await self._call(
            "POST",
            conversation,
            "events",
            content=batch.model_dump_json().encode(),
            headers={"Content-Type": "application/json"},
        )
        return EventsAcknowledged.model_validate_json(answer.content).through

    async def store_turn_audio(self, conversation: ConversationId, turn: int, wav: bytes) -> None:
        await self._put(conversation, f"turns/{turn}/audio", wav, "audio/wav")

    async def turn_audio(self, conversation: ConversationId, turn: int) -> bytes:
        return (await self._call("GET", conversation, f"turns/{turn}/audio")).content

    async def store_recording(self, conversation: ConversationId, part: int, ogg: bytes) -> None:
        await self._put(conversation, f"recordings/{part}", ogg, "audio/ogg")

    async def beat(self, conversation: ConversationId, source: str) -> HeartbeatAnswer:
        answer = await self._call(
            "POST",
            conversation,
            "heartbeat",
            content=Heartbeat(source=source).model_dump_json().encode(),
            headers={"Content-Type": "application/json"},
            timeout_s=HEARTBEAT_TIMEOUT_S,
        )
        return HeartbeatAnswer.model_validate_json(answer.content)

    async def _put(self, conversation: ConversationId, path: str, content: bytes, media_type: str) -> None:
        headers = {"Content-Type": media_type, "X-Content-SHA256": hashlib.sha256(content).hexdigest()}
        await self._call("PUT", conversation, path, content=content, headers=headers)

    async def _call(
        self,
        method: str,
        conversation: ConversationId,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> httpx.Response:
        try:
            answer = await self._http.request(
                method,
                f"/worker/conversations/{conversation}/{path}",
                content=content,
                headers=headers,
                params=params,
                timeout=timeout_s,
            )
        except httpx.TransportError as error:
            raise ApiUnavailableError(f"{method} {path}: {type(error).__name__}") from error
        if answer.is_success:
            return answer
        if answer.status_code == HTTPStatus.GONE:
            raise ConversationOverError(f"{method} {path}: the conversation is over")
        if answer.status_code == HTTPStatus.CONFLICT and (through := _through(answer)) is not None:
            raise EventGapError(through)
        if answer.is_server_error or answer.status_code in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}:
            raise ApiUnavailableError(f"{method} {path}: status {answer.status_code}")
        raise ApiRefusedError(f"{method} {path}", answer.status_code)


def _through(answer: httpx.Response) -> int | None:
    try:
        through = answer.json().get("through")
    except (ValueError, AttributeError):
        return None
    return through if isinstance(through, int) else None
