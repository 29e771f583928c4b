"""What stands around every request: safe headers, a bound on bodies, no mutation from another site."""

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.conversations.audio_service import MOST_BYTES
from api.problems import ApiError, ForbiddenError, problem_response
from api.settings import Settings

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_MOST_BODY_BYTES = 256 * 1024
_MOST_WORKER_BODY_BYTES = MOST_BYTES + 1024
_MOST_SUBSET_BYTES = 8 * 1024 * 1024


def content_security_policy(public_livekit_url: str) -> str:
    """Scripts and styles from here only; media from the microphone; connections to here and to LiveKit."""
    parts = urlsplit(public_livekit_url)
    secure = parts.scheme in {"wss", "https"}
    livekit = f"{'wss' if secure else 'ws'}://{parts.netloc} {'https' if secure else 'http'}://{parts.netloc}"
    return "; ".join(
        (
            "default-src 'self'",
            f"connect-src 'self' {livekit}",
            "img-src 'self' data:",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            # The page's widgets set a few style elements of their own.
            "style-src 'self' 'unsafe-inline'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_security_policy(settings.public_livekit_url),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), display-capture=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if not settings.local_mode:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        request_headers = Headers(scope=scope)
        private = path.startswith(("/api", "/worker"))

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if private:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        if scope["method"] not in _SAFE_METHODS and _comes_from_elsewhere(request_headers):
            refusal = problem_response(ForbiddenError("The request comes from another site."))
            await refusal(scope, receive, guarded_send)
            return
        most = _most_bytes(path)
        length = request_headers.get("content-length")
        if length is not None and (not length.isdecimal() or int(length) > most):
            await problem_response(_too_large(most))(scope, receive, guarded_send)
            return
        await self._app(scope, _bounded(receive, most), guarded_send)


def _most_bytes(path: str) -> int:
    if path.startswith("/worker/"):
        return _MOST_WORKER_BODY_BYTES
    return _MOST_SUBSET_BYTES if path == "/api/researcher/subsets" else _MOST_BODY_BYTES


def _too_large(most: int) -> ApiError:
    return ApiError(f"The body is too large; allowed: {most} bytes.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _bounded(receive: Receive, most: int) -> Receive:
    """A body without a length is counted as it comes."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            # FastAPI lets this kind through from where it reads a body.
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return counted


def _comes_from_elsewhere(headers: Headers) -> bool:
    """By what browsers say of a mutation's origin; programs that are no browsers say nothing and have no cookies of
    others."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")
