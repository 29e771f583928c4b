"""The HTTP application: routes, readiness, faults, and errors in each API's own shape."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.model_server.conversation import JsonValue
from local.model_server.faults import Component, Fault, FaultError, Faults
from local.model_server.hearing.recognizer import Recognizer
from local.model_server.http_api import gemini
from local.model_server.http_api.catalogue import CREATED, MODELS, OWNER
from local.model_server.http_api.gemini import GenerateContent
from local.model_server.http_api.openai_audio import Speech, Transcriptions
from local.model_server.http_api.openai_chat import ChatCompletions
from local.model_server.http_api.openai_embeddings import Embeddings
from local.model_server.http_api.openai_wire import BadRequestError
from local.model_server.http_api.openai_wire import error as openai_error
from local.model_server.http_api.request_ids import RequestIds
from local.model_server.replies import Replies
from local.model_server.settings import Settings
from local.model_server.speaking.pcm import UnreadableAudioError
from local.model_server.speaking.voice import find_voice

_GEMINI_VERSIONS = ("v1beta", "v1", "v1alpha")
"""Client libraries differ in the version they ask for by default."""


class FaultOrders(BaseModel):
    """The body of POST /faults: per component what goes wrong; components not named work."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    chat: Fault | None = None
    transcriptions: Fault | None = None
    speech: Fault | None = None
    embeddings: Fault | None = None
    gemini: Fault | None = None

    def by_component(self) -> dict[Component, Fault]:
        orders: dict[Component, Fault | None] = {
            "chat": self.chat,
            "transcriptions": self.transcriptions,
            "speech": self.speech,
            "embeddings": self.embeddings,
            "gemini": self.gemini,
        }
        return {component: fault for component, fault in orders.items() if fault is not None}


class ModelServer:
    """Everything one server owns, and its handlers."""

    def __init__(self, settings: Settings) -> None:
        self.faults = Faults()
        self._voice = find_voice()
        self._recognizer = Recognizer(processes=settings.stt_processes, cache_dir=settings.cache_dir.expanduser())
        replies = Replies(self._recognizer, self._voice)
        self._chat = ChatCompletions(replies, self.faults)
        self._transcriptions = Transcriptions(replies, self.faults)
        self._speech = Speech(replies, self.faults)
        self._embeddings = Embeddings(self.faults)
        self._gemini = GenerateContent(replies, self.faults)

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await self._recognizer.start()
        try:
            yield
        finally:
            self.faults.set({})
            await self._recognizer.aclose()

    def routes(self) -> list[Route]:
        return [
            Route("/healthz", self.healthz),
            Route("/faults", self.set_faults, methods=["POST"]),
            Route("/faults", self.show_faults, methods=["GET"]),
            Route("/faults", self.clear_faults, methods=["DELETE"]),
            Route("/v1/models", self.models),
            Route("/v1/models/{model}", self.model),
            Route("/v1/chat/completions", self.chat, methods=["POST"]),
            Route("/v1/audio/transcriptions", self._transcriptions.serve, methods=["POST"]),
            Route("/v1/audio/speech", self.speech, methods=["POST"]),
            Route("/v1/embeddings", self.embeddings, methods=["POST"]),
            Route("/v1beta/models", self.gemini_models),
            *(Route(f"/{v}/models/{{call:path}}", self.generate, methods=["POST"]) for v in _GEMINI_VERSIONS),
        ]

    async def healthz(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok", "what": OWNER, "voice": self._voice.name, "recognizer": "pocketsphinx"})

    async def set_faults(self, request: Request) -> Response:
        try:
            orders = FaultOrders.model_validate(await _body(request))
        except ValidationError as wrong:
            raise BadRequestError(_first(wrong)) from wrong
        self.faults.set(orders.by_component())
        return JSONResponse(self.faults.current())

    async def show_faults(self, _request: Request) -> Response:
        return JSONResponse(self.faults.current())

    async def clear_faults(self, _request: Request) -> Response:
        self.faults.set({})
        return Response(status_code=204)

    async def models(self, _request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [_listed(m.id) for m in MODELS]})

    async def model(self, request: Request) -> Response:
        wanted = request.path_params["model"]
        if wanted not in {m.id for m in MODELS}:
            raise BadRequestError(f"The model '{wanted}' does not exist", code="model_not_found", status=404)
        return JSONResponse(_listed(wanted))

    async def gemini_models(self, _request: Request) -> Response:
        methods = ["generateContent", "streamGenerateContent"]
        return JSONResponse(
            {
                "models": [
                    {"name": f"models/{m.id}", "description": m.description, "supportedGenerationMethods": methods}
                    for m in MODELS
                ]
            }
        )

    async def chat(self, request: Request) -> Response:
        return await self._chat.serve(request, await _body(request))

    async def speech(self, request: Request) -> Response:
        return await self._speech.serve(request, await _body(request))

    async def embeddings(self, request: Request) -> Response:
        return await self._embeddings.serve(request, await _body(request))

    async def generate(self, request: Request) -> Response:
        model, _, method = request.path_params["call"].rpartition(":")
        if method not in ("generateContent", "streamGenerateContent"):
            return gemini.error(404, f"{method!r} is not served here; use generateContent or streamGenerateContent")
        return await self._gemini.serve(request, model, await _body(request), streamed=method.startswith("stream"))


def build_app(settings: Settings) -> Starlette:
    """The application; its processes start with its lifespan."""
    server = ModelServer(settings)
    handlers = {
        BadRequestError: _on_bad_request,
        UnreadableAudioError: _on_unreadable,
        FaultError: _on_fault,
        ValidationError: _on_invalid,
        HTTPException: _on_http,
    }
    return Starlette(
        routes=server.routes(),
        lifespan=server.lifespan,
        middleware=[Middleware(RequestIds)],
        exception_handlers=handlers,  # type: ignore[arg-type]
    )


async def _body(request: Request) -> dict[str, JsonValue]:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError as broken:
        raise BadRequestError("the body is not JSON") from broken
    if not isinstance(body, dict):
        raise BadRequestError("the body must be a JSON object")
    return body


def _listed(model: str) -> dict[str, object]:
    return {"id": model, "object": "model", "created": CREATED, "owned_by": OWNER}


def _error(
    request: Request, status: int, message: str, *, param: str | None = None, code: str | None = None
) -> Response:
    path = request.url.path
    if path.startswith(("/v1beta/", "/v1alpha/")) or path.endswith(("enerateContent",)):
        return gemini.error(status, message)
    return openai_error(status, message, param=param, code=code)


async def _on_bad_request(request: Request, wrong: BadRequestError) -> Response:
    return _error(request, wrong.status, str(wrong), param=wrong.param, code=wrong.code)


async def _on_unreadable(request: Request, wrong: UnreadableAudioError) -> Response:
    return _error(request, 400, f"audio could not be read: {wrong}", code="invalid_audio")


async def _on_fault(request: Request, wrong: FaultError) -> Response:
    return _error(request, wrong.status, "this fault was asked for", code="fault")


async def _on_invalid(request: Request, wrong: ValidationError) -> Response:
    return _error(request, 400, _first(wrong))


async def _on_http(request: Request, wrong: HTTPException) -> Response:
    return _error(request, wrong.status_code, wrong.detail)


def _first(wrong: ValidationError) -> str:
    first = wrong.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
