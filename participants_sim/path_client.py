"""The participant's path over HTTP, as the page walks it."""

from types import TracebackType
from typing import Any, Self

import httpx

View = dict[str, Any]


class PathClient:
    """One participant's session with the API; the cookie lives in the client."""

    def __init__(self, api_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=api_url, timeout=15.0, trust_env=False, headers={"Origin": api_url})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def arrive(self, study: str) -> View:
        return await self._send("POST", "", {"study": study})

    async def view(self) -> View:
        return await self._send("GET", "")

    async def to_scenario(self, study: str) -> View:
        """Arrive, begin, consent and pass the microphone check."""
        await self.arrive(study)
        view = await self._send("POST", "/begin")
        await self._send("POST", "/consent", {"accepted": True, "version": view["consent"]["version"]})
        return await self._send(
            "POST",
            "/microphone",
            {
                "peak_dbfs": -12.0,
                "echo_cancellation": True,
                "noise_suppression": True,
                "auto_gain_control": False,
                "sample_rate_hz": 48_000,
            },
        )

    async def start_conversation(self) -> View:
        return await self._send("POST", "/conversation")

    async def connection(self) -> View:
        return await self._send("GET", "/connection")

    async def end_conversation(self) -> View:
        return await self._send("POST", "/conversation/end")

    async def rate(self, scores: dict[str, int], feedback: str) -> View:
        return await self._send("POST", "/rating", {"scores": scores, "feedback": feedback})

    async def _send(self, method: str, path: str, body: View | None = None) -> View:
        answer = await self._http.request(method, f"/api/participation{path}", json=body)
        answer.raise_for_status()
        view: View = answer.json()
        return view
