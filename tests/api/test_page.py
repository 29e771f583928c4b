"""Serving the built page beside the API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.house import House, open_house

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house_with_page(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>the page</title>")
    (dist / "assets" / "app-1a2b.js").write_text("// the program")
    (tmp_path / "secret.txt").write_text("not to be served")
    async with open_house(tmp_path, sqlite_url, web_dist=dist) as opened:
        yield opened


async def test_every_place_within_the_page_is_the_page_and_files_are_files(house_with_page: House) -> None:
    async with house_with_page.client() as client:
        for place in ("/", "/p/demo", "/p/demo?PROLIFIC_PID=1", "/researcher", "/researcher/conversations/abc"):
            answer = await client.get(place)
            assert (answer.status_code, "the page" in answer.text) == (200, True), place
            assert answer.headers["cache-control"] == "no-cache"
        program = await client.get("/assets/app-1a2b.js")
        assert program.text == "// the program"
        assert "immutable" in program.headers["cache-control"]


@pytest.mark.parametrize("path", ["/api/nowhere", "/worker/nowhere", "/assets/gone.js", "/api"])
async def test_what_is_not_the_page_is_not_found(house_with_page: House, path: str) -> None:
    async with house_with_page.client() as client:
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"])
async def test_nothing_outside_the_page_is_served(house_with_page: House, path: str) -> None:
    async with house_with_page.client() as client:
        assert "not to be served" not in (await client.get(path)).text
