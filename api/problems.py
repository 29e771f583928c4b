"""Every error the API answers with, as `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """One field that is wrong, and what was allowed."""

    model_config = ConfigDict(frozen=True)

    field: str
    message: str


class Problem(BaseModel):
    """The body of every error answer."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem]
    stage: str | None
    """Where the participant is, when a call came out of step."""
    retry_after_s: float | None
    """When to try again, when every place is taken."""
    through: int | None
    """The last event stored, when a batch left a gap."""


@dataclass(eq=False)
class ApiError(Exception):
    """The root of expected errors; each carries its status."""

    detail: str
    status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR
    errors: Sequence[FieldProblem] = ()
    stage: str | None = None
    retry_after_s: float | None = None
    through: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail


class NotSignedInError(ApiError):
    def __init__(self, detail: str = "There is no session; open the study's link, or sign in.") -> None:
        super().__init__(detail, HTTPStatus.UNAUTHORIZED)


class NotFoundError(ApiError):
    def __init__(self, detail: str = "There is no such thing, or it is not yours.") -> None:
        super().__init__(detail, HTTPStatus.NOT_FOUND)


class GoneError(ApiError):
    def __init__(self, detail: str) -> None:
        super().__init__(detail, HTTPStatus.GONE)


class OutOfStepError(ApiError):
    """The call does not fit where the participant is."""

    def __init__(self, *, action: str, stage: str) -> None:
        super().__init__(f"{action!r} cannot be done at the stage {stage!r}.", HTTPStatus.CONFLICT, stage=stage)


class SequenceGapError(ApiError):
    """A batch of events does not follow on what is stored."""

    def __init__(self, *, through: int) -> None:
        super().__init__(
            f"Events are missing: stored through {through}, so send from {through + 1}.",
            HTTPStatus.CONFLICT,
            through=through,
        )


class InvalidFieldError(ApiError):
    def __init__(self, field_name: str, message: str) -> None:
        super().__init__(
            "The request has a field that is wrong.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            errors=(FieldProblem(field=field_name, message=message),),
        )


class ForbiddenError(ApiError):
    def __init__(self, detail: str) -> None:
        super().__init__(detail, HTTPStatus.FORBIDDEN)


class BusyError(ApiError):
    """Every place is taken, or a part is not ready; try again."""

    def __init__(self, detail: str, *, retry_after_s: float) -> None:
        super().__init__(
            detail,
            HTTPStatus.SERVICE_UNAVAILABLE,
            retry_after_s=retry_after_s,
            headers={"Retry-After": str(max(1, round(retry_after_s)))},
        )


class TooManyAttemptsError(ApiError):
    def __init__(self, *, retry_after_s: float) -> None:
        super().__init__(
            "Too many failed attempts; wait before trying again.",
            HTTPStatus.TOO_MANY_REQUESTS,
            retry_after_s=retry_after_s,
            headers={"Retry-After": str(max(1, round(retry_after_s)))},
        )


def problem_response(error: ApiError) -> JSONResponse:
    problem = Problem(
        type="about:blank",
        title=error.status.phrase,
        status=error.status,
        detail=error.detail,
        errors=list(error.errors),
        stage=error.stage,
        retry_after_s=error.retry_after_s,
        through=error.through,
    )
    return JSONResponse(
        problem.model_dump(mode="json"), status_code=error.status, media_type=MEDIA_TYPE, headers=dict(error.headers)
    )


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    # The value itself is left out: it may be what a participant said.
    location = [str(part) for part in error["loc"]]
    if location and location[0] in {"body", "query", "path", "header"}:
        location = location[1:]
    return FieldProblem(field=".".join(location) or "body", message=str(error["msg"]))


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` as problem+json."""

    @app.exception_handler(ApiError)
    async def expected(_: Request, error: ApiError) -> JSONResponse:
        return problem_response(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return problem_response(
            ApiError(
                "The request has fields that are wrong.",
                HTTPStatus.UNPROCESSABLE_ENTITY,
                errors=[_field_problem(each) for each in error.errors()],
            )
        )

    @app.exception_handler(HTTPException)
    async def raised(_: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        return problem_response(ApiError(status.description or status.phrase, status, headers=error.headers or {}))

    @app.exception_handler(Exception)
    async def unexpected(_: Request, __: Exception) -> JSONResponse:
        return problem_response(ApiError("Something went wrong on the server; it has been logged."))


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of the errors a route answers with."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        int(status): {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: schema}} for status in statuses
    }
