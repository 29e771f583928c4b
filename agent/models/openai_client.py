"""The HTTP client that speech and transcription share."""

from typing import Any

import openai

from agent.models.endpoint import Access

CONNECT_S = 5.0


def speech_client(access: Access, *, stall_s: float) -> openai.AsyncClient:
    """A client that gives up when ``stall_s`` seconds pass without a byte.

    The stock plugins ask for 30 s with each request, longer than anybody waits in a conversation.
    """

    async def bound_waiting(request: Any) -> None:
        timeout = request.extensions.setdefault("timeout", {})
        timeout["read"] = min(timeout.get("read") or stall_s, stall_s)
        timeout["connect"] = min(timeout.get("connect") or CONNECT_S, CONNECT_S)

    return openai.AsyncClient(
        base_url=access.base_url,
        api_key=access.api_key,
        max_retries=0,  # the session tries again, and counts it
        http_client=openai.DefaultAsyncHttpxClient(event_hooks={"request": [bound_waiting]}),
    )
