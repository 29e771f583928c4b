"""Opens a public web page: guarded, bounded in time and size, text only."""

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterable
from dataclasses import dataclass

import httpcore
import httpx

from agent.web.address import Allow, GuardedNetwork, Resolver, allow_none, resolve
from agent.web.errors import RefusedError, UnreachableError, WebError

LONGEST_URL = 2000
USER_AGENT = "Mozilla/5.0 (compatible; Earwitness voice assistant)"

_REDIRECTS = (301, 302, 303, 307, 308)
_TEXT_APPLICATIONS = ("application/xhtml+xml", "application/json", "application/xml")
_PIECE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """The bounds of one fetch, redirects included."""

    total_s: float = 8.0
    connect_s: float = 3.0
    read_s: float = 4.0
    body_bytes: int = 2_000_000
    """Before and after it is decompressed."""
    redirects: int = 3


@dataclass(frozen=True, slots=True)
class Document:
    """What a server sent: decompressed, not yet read. ``url`` is where the redirects ended."""

    url: str
    media_type: str
    charset: str | None
    body: bytes


class Fetcher:
    """Fetches one address at a time; keeps no cookies, no connections and nothing of the environment's proxies."""

    def __init__(
        self,
        *,
        tls: ssl.SSLContext,
        limits: FetchLimits | None = None,
        resolver: Resolver = resolve,
        allow: Allow = allow_none,
    ) -> None:
        self._tls, self._limits = tls, limits or FetchLimits()
        self._network = GuardedNetwork(resolver=resolver, allow=allow)

    @property
    def limits(self) -> FetchLimits:
        return self._limits

    async def fetch(self, address: str) -> Document:
        """The document at an address; raises `WebError`."""
        try:
            async with (
                asyncio.timeout(self._limits.total_s),
                httpcore.AsyncConnectionPool(
                    ssl_context=self._tls,
                    max_connections=1,
                    max_keepalive_connections=0,
                    http2=False,
                    retries=0,
                    network_backend=self._network,
                ) as pool,
            ):
                return await self._follow(pool, checked_url(address))
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise UnreachableError("That page took too long, so I gave up on it.") from error
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
            ssl.SSLError,
            OSError,
        ) as error:
            raise UnreachableError("I could not open that page; the site did not answer as it should.") from error

    async def _follow(self, pool: httpcore.AsyncConnectionPool, url: httpx.URL) -> Document:
        for _ in range(self._limits.redirects + 1):
            target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
            timeouts = {"connect": self._limits.connect_s, "read": self._limits.read_s, "write": 2.0, "pool": 1.0}
            async with pool.stream("GET", target, headers=_headers(url), extensions={"timeout": timeouts}) as response:
                headers = httpx.Headers(response.headers)
                if response.status in _REDIRECTS and "location" in headers:
                    url = _redirected(url, headers["location"])
                    continue
                return await self._take(url, response, headers)
        raise RefusedError("That page sent me from one address to the next, so I gave up on it.")

    async def _take(self, url: httpx.URL, response: httpcore.Response, headers: httpx.Headers) -> Document:
        if response.status >= 400:
            missing = response.status in (404, 410)
            raise WebError("There is no such page." if missing else "The site refused to show that page.")
        media_type, charset = _content_type(headers.get("content-type", ""))
        if not (media_type.startswith("text/") or media_type in _TEXT_APPLICATIONS):
            raise RefusedError("That is not a page of text, so I cannot read it.")
        if headers.get("content-length", "0").isdecimal() and (
            int(headers.get("content-length", "0")) > self._limits.body_bytes
        ):
            raise _too_long()
        coding = headers.get("content-encoding", "identity").strip().lower()
        body = await _decoded(response.aiter_stream(), coding, self._limits.body_bytes)
        return Document(str(url), media_type, charset, body)


def checked_url(address: str) -> httpx.URL:
    """The parsed address; raises `RefusedError` for anything but plain http and https."""
    text = address.strip()
    if not text or len(text) > LONGEST_URL or any(ord(c) < 33 or ord(c) == 127 or c == "\\" for c in text):
        raise RefusedError("That is not a web address that I can open.")
    if "://" not in text and ":" not in text.split("/", 1)[0] and "." in text.split("/", 1)[0].strip("."):
        text = f"https://{text}"
    try:
        url = httpx.URL(text)
        host = url.raw_host
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise RefusedError("That is not a web address that I can open.") from error
    if url.scheme not in ("http", "https") or not host or url.port == 0:
        raise RefusedError("I can only open web addresses.")
    if url.userinfo:
        raise RefusedError("I do not open addresses that hold a name or a password.")
    return url


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = url.join(location)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise RefusedError("That page sent me to an address that I cannot open.") from error
    if url.scheme == "https" and target.scheme == "http":
        raise RefusedError("That page sent me to an address that is not secure, so I did not follow.")
    return checked_url(str(target))


def _headers(url: httpx.URL) -> list[tuple[bytes, bytes]]:
    return [
        (b"Host", url.netloc),
        (b"User-Agent", USER_AGENT.encode()),
        (b"Accept", b"text/html,application/xhtml+xml,text/plain;q=0.9,text/*;q=0.8"),
        (b"Accept-Language", b"en,*;q=0.5"),
        (b"Accept-Encoding", b"gzip, deflate"),
        (b"Connection", b"close"),
    ]


def _content_type(value: str) -> tuple[str, str | None]:
    media_type, *parameters = (part.strip() for part in value.split(";"))
    charset = next((p.partition("=")[2].strip("\"' ") for p in parameters if p.lower().startswith("charset=")), None)
    return media_type.lower(), charset or None


async def _decoded(stream: AsyncIterable[bytes], coding: str, most: int) -> bytes:
    """The body, decompressed in pieces of bounded size so that a few bytes cannot become many."""
    if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise RefusedError("That page is packed in a way that I cannot read.")
    unpacked = bytearray()
    taken = 0
    inflate = zlib.decompressobj(wbits=47) if coding not in ("identity", "") else None
    async for piece in stream:
        taken += len(piece)
        if taken > most:
            raise _too_long()
        if inflate is None:
            unpacked += piece
            continue
        try:
            while piece and not inflate.eof:
                unpacked += inflate.decompress(piece, _PIECE_BYTES)
                if len(unpacked) > most:
                    raise _too_long()
                piece = inflate.unconsumed_tail
        except zlib.error as error:
            raise WebError("That page is damaged, so I cannot read it.") from error
    return bytes(unpacked)


def _too_long() -> RefusedError:
    return RefusedError("That page is too long for me to read.")
