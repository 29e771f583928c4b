"""Who may call what, and what stands around every answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from api.access import ParticipantOnly, Policy, Public, ResearcherOnly, WorkerOnly
from api.app import assemble
from tests.api.house import House, settings

pytestmark = pytest.mark.anyio

PUBLIC = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("POST", "/api/participation"),
    ("POST", "/api/researcher/login"),
}


def _app(tmp_path: Path) -> FastAPI:
    return assemble(settings(tmp_path, "sqlite+aiosqlite://"))


def _routes(app: FastAPI) -> Iterator[tuple[str, str, Dependant]]:
    for context in iter_route_contexts(app.routes):
        route = context.route
        if isinstance(route, APIRoute):
            for method in sorted(context.methods or ()):
                yield method, str(context.path), context.dependant


def _policies(dependant: Dependant) -> list[Policy]:
    calls: list[object] = [each.call for each in dependant.dependencies]
    nested = [policy for each in dependant.dependencies for policy in _policies(each)]
    return [call for call in calls if isinstance(call, Policy)] + nested


def test_every_route_has_exactly_one_policy_and_only_these_are_public(tmp_path: Path) -> None:
    seen = 0
    for method, path, dependant in _routes(_app(tmp_path)):
        seen += 1
        [policy] = {type(policy) for policy in _policies(dependant)}
        if (method, path) in PUBLIC:
            assert policy is Public, path
        else:
            expected = {
                "/api/participation": ParticipantOnly,
                "/api/researcher": ResearcherOnly,
                "/worker": WorkerOnly,
            }
            [by_path] = [each for prefix, each in expected.items() if path.startswith(prefix)]
            assert policy is by_path, path
    assert seen > 25


async def test_without_credentials_every_private_route_answers_401_and_nothing_else(small_house: House) -> None:
    async with small_house.client() as stranger:
        for method, path, _ in _routes(small_house.app):
            if (method, path) in PUBLIC:
                continue
            path = path.replace("{conversation_id}", "some").replace("{turn}", "1").replace("{part}", "1")
            path = path.replace("{subset_id}", "some").replace("{fit_id}", "some")
            answer = await stranger.request(method, path, json={})
            assert answer.status_code == 401, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_participants_cookie_opens_nothing_of_the_researchers_or_the_workers(small_house: House) -> None:
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        token = walker.client.cookies["earwitness_participant"]
        walker.client.headers["cookie"] = f"earwitness_researcher={token}; earwitness_participant={token}"
        for call in (
            f"/api/researcher/conversations/{conversation_id}",
            f"/worker/conversations/{conversation_id}/brief?source=me",
        ):
            assert (await walker.client.get(call)).status_code == 401


async def test_every_answer_carries_safe_headers_and_private_ones_are_not_kept(small_house: House) -> None:
    async with small_house.client() as client:
        for path in ("/healthz", "/api/participation", "/api/nowhere", "/nowhere"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            policy = headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "connect-src 'self' ws://127.0.0.1:1 http://127.0.0.1:1;" in policy
            assert "script-src" not in policy  # so default-src 'self' holds for scripts, without exceptions
            if path.startswith("/api"):
                assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://house"}, 200),
        ({"origin": "http://elsewhere"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "http://house"}, 200),
        ({}, 200),
    ],
)
async def test_a_mutation_from_another_site_is_refused(
    small_house: House, headers: dict[str, str], status: int
) -> None:
    async with small_house.client() as client:
        answer = await client.post("/api/participation", json={"study": "demo"}, headers=headers)
        assert answer.status_code == status


async def test_a_body_beyond_the_bound_is_refused_with_and_without_a_length(small_house: House) -> None:
    async def endless() -> object:
        for _ in range(300):
            yield b"x" * 1024

    async with small_house.client() as client:
        for content in (b"x" * 300 * 1024, endless()):
            answer = await client.post("/api/participation", content=content)  # type: ignore[arg-type]
            assert answer.status_code == 413
            assert answer.headers["content-type"] == "application/problem+json"


async def test_an_invalid_field_is_named_and_its_value_is_not_repeated(small_house: House) -> None:
    async with small_house.client() as client:
        answer = await client.post("/api/participation", json={"study": "NOT A STUDY", "prolific_pid": "<script>"})
        assert answer.status_code == 422
        assert {error["field"] for error in answer.json()["errors"]} == {"study", "prolific_pid"}
        assert "script" not in answer.text
