"""Fetching from a real server that behaves, and from one that does not."""

import asyncio
import gzip
import ssl
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.web.errors import RefusedError, UnreachableError, WebError
from agent.web.fetch import Fetcher, FetchLimits
from agent.web.reading import MOST_CHARS, read
from tests.agent.web.site import PAGE, Names, Site, bomb, certified, only, site

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    async with site() as here:
        yield here


def fetcher(here: Site, tls: ssl.SSLContext, **limits: float) -> Fetcher:
    names = Names({"site.test": ["127.0.0.1"]})
    return Fetcher(tls=tls, limits=FetchLimits(**limits), resolver=names, allow=only(here.port))  # type: ignore[arg-type]


async def test_a_page_is_fetched_and_its_text_read(
    here: Site, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    here.serve_page("/bread?kind=rye")
    page = read(await fetcher(here, tls).fetch(here.url("/bread?kind=rye#top")))
    assert page.title == "Rye bread"
    assert "takes more water" in page.text
    assert "Basket" not in page.text
    assert not page.shortened
    assert f"host: site.test:{here.port}" in here.requests[0].lower()
    assert "cookie" not in here.requests[0].lower()


@pytest.mark.parametrize("packing", ["gzip", "deflate", "GZIP"])
async def test_a_packed_page_is_unpacked(packing: str, here: Site, tls: ssl.SSLContext) -> None:
    packed = (zlib if packing == "deflate" else gzip).compress(PAGE.encode())
    here.serve("/", packed, "Content-Type: text/html", f"Content-Encoding: {packing}")
    assert (await fetcher(here, tls).fetch(here.url("/"))).body == PAGE.encode()


async def test_redirects_are_followed_without_cookies(here: Site, tls: ssl.SSLContext) -> None:
    here.redirect("/1", "/2", "301 Moved Permanently")
    here.redirect("/2", here.url("/3"), "307 Temporary Redirect")
    here.redirect("/3", f"//site.test:{here.port}/4")
    here.serve_page("/4")
    assert (await fetcher(here, tls).fetch(here.url("/1"))).url == here.url("/4")
    assert len(here.requests) == 4
    assert not any("cookie" in request.lower() for request in here.requests)


async def test_the_fourth_redirect_is_not_followed(here: Site, tls: ssl.SSLContext) -> None:
    here.redirect("/", "/")
    with pytest.raises(RefusedError, match="from one address to the next"):
        await fetcher(here, tls).fetch(here.url("/"))
    assert len(here.requests) == 4


async def test_a_gzip_bomb_is_stopped_before_it_takes_memory(here: Site, tls: ssl.SSLContext) -> None:
    here.serve("/", bomb(200), "Content-Type: text/plain", "Content-Encoding: gzip")
    tracemalloc.start()
    try:
        with pytest.raises(RefusedError, match="too long"):
            await fetcher(here, tls).fetch(here.url("/"))
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("headers", [(), ("Content-Length: 3000000",)])
async def test_a_page_of_more_than_two_megabytes_is_refused(
    headers: tuple[str, ...], here: Site, tls: ssl.SSLContext
) -> None:
    here.serve("/", b"a" * 3_000_000, "Content-Type: text/plain", *headers)
    with pytest.raises(RefusedError, match="too long"):
        await fetcher(here, tls).fetch(here.url("/"))


async def test_a_slow_drip_is_stopped_at_the_total_limit_and_hung_up_on(here: Site, tls: ssl.SSLContext) -> None:
    with pytest.raises(UnreachableError, match="too long"):
        # Every read is in time; only the sum is not.
        await fetcher(here, tls, total_s=0.4, read_s=0.3).fetch(here.url("/drip"))
    await asyncio.wait_for(here.left.wait(), 5)


async def test_a_cancelled_fetch_hangs_up(here: Site, tls: ssl.SSLContext) -> None:
    fetching = asyncio.create_task(fetcher(here, tls).fetch(here.url("/drip")))
    await here.dripping.wait()
    fetching.cancel()
    await asyncio.wait_for(here.left.wait(), 5)
    assert fetching.cancelled()


@pytest.mark.parametrize(
    "kind", ["image/png", "application/pdf", "application/octet-stream", "video/mp4", "image/svg+xml", "", "nonsense"]
)
async def test_what_is_not_text_is_refused(kind: str, here: Site, tls: ssl.SSLContext) -> None:
    here.serve("/", b"text", f"Content-Type: {kind}")
    with pytest.raises(RefusedError, match="not a page of text"):
        await fetcher(here, tls).fetch(here.url("/"))


@pytest.mark.parametrize(
    ("status", "said"), [("404 Not Found", "no such page"), ("403 No", "refused"), ("500 Oh", "refused")]
)
async def test_a_refusal_of_the_site_is_said(status: str, said: str, here: Site, tls: ssl.SSLContext) -> None:
    here.serve("/", "x", "Content-Type: text/html", status=status)
    with pytest.raises(WebError, match=said):
        await fetcher(here, tls).fetch(here.url("/"))


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Encoding: br", b"..."),
        ("Content-Encoding: gzip, gzip", b"..."),
        ("Content-Encoding: gzip", b"not gzip at all"),
        ("Content-Length: 9", b"short"),
        ("Transfer-Encoding: chunked", b"zz\r\n"),
        ("X: " + "y" * 300_000, b""),
    ],
)
async def test_a_damaged_answer_is_an_error_that_can_be_said(
    head: str, body: bytes, here: Site, tls: ssl.SSLContext
) -> None:
    here.serve("/", body, "Content-Type: text/html", head)
    with pytest.raises(WebError):
        await fetcher(here, tls).fetch(here.url("/"))


async def test_tls_asks_for_the_name_and_not_for_the_address(tmp_path: Path) -> None:
    serving, trusting = certified("site.test", tmp_path)
    asked: list[str | None] = []
    serving.sni_callback = lambda _socket, name, _context: asked.append(name)
    async with site(tls=serving) as here:
        here.serve_page("/")
        names = Names({"site.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]})
        secure = Fetcher(tls=trusting, resolver=names, allow=only(here.port))
        assert (await secure.fetch(here.url("/").replace("http:", "https:"))).body == PAGE.encode()
        with pytest.raises(UnreachableError):
            await secure.fetch(here.url("/", "other.test").replace("http:", "https:"))
        assert asked == ["site.test", "other.test"]
        assert len(here.requests) == 1


async def test_text_is_shortened_at_the_end_of_a_sentence(here: Site, tls: ssl.SSLContext) -> None:
    here.serve("/", "One more sentence. " * 1000, "Content-Type: text/plain; charset=nonsense")
    page = read(await fetcher(here, tls).fetch(here.url("/")))
    assert page.shortened
    assert len(page.text) <= MOST_CHARS + 2
    assert page.text.endswith("sentence. …")
