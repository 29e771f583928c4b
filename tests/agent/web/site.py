"""A real HTTP server on this machine that misbehaves on request, and a resolver that answers as told."""

import asyncio
import contextlib
import gzip
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from agent.web.address import IPAddress

PAGE = (
    "<html><head><title>Rye bread</title></head><body><nav>Home Shop Basket</nav><article><h1>Rye bread</h1>"
    + "<p>Rye flour takes more water than wheat flour does, and the dough stays sticky while it rests.</p>" * 3
    + "</article></body></html>"
)


@dataclass
class Site:
    """Serves what `answers` says by path; remembers the requests."""

    answers: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    port: int = 0
    dripping: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str, host: str = "site.test") -> str:
        return f"http://{host}:{self.port}{path}"

    def serve(self, path: str, body: bytes | str, *headers: str, status: str = "200 OK") -> None:
        data = body.encode() if isinstance(body, str) else body
        self.answers[path] = ("\r\n".join([f"HTTP/1.1 {status}", *headers, "Connection: close", "", ""]), data)

    def serve_page(self, path: str, body: str = PAGE, *headers: str) -> None:
        self.serve(path, body, "Content-Type: text/html; charset=utf-8", *headers)

    def redirect(self, path: str, to: str, status: str = "302 Found") -> None:
        self.serve(path, "", f"Location: {to}", "Set-Cookie: seen=1", "Content-Length: 0", status=status)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(request)
            path = request.split(" ", 2)[1]
            if path == "/drip":
                await self._drip(reader, writer)
            else:
                head, body = self.answers[path]
                writer.write(head.encode() + body)
                await writer.drain()
        writer.close()

    async def _drip(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A byte at a time, for as long as the other side listens."""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        hung_up = asyncio.ensure_future(reader.read())
        self.dripping.set()
        while not hung_up.done():
            writer.write(b".")
            await asyncio.wait({hung_up}, timeout=0.02)
        self.left.set()


@asynccontextmanager
async def site(tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    here = Site()
    server = await asyncio.start_server(here.handle, "127.0.0.1", 0, ssl=tls)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()


@dataclass
class Names:
    """A resolver: names as told, everything else as the operating system reads numbers, without asking anybody."""

    known: dict[str, Sequence[str]] = field(default_factory=dict)
    turns: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    """Answers that differ from one time to the next."""
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host in self.turns:
            return list(self.turns[host].pop(0))
        if host in self.known:
            return list(self.known[host])
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True)
class Allowance:
    """Allows this machine on one port."""

    port: int

    def __call__(self, address: IPAddress, port: int) -> bool:
        return address == ip_address("127.0.0.1") and port == self.port


def only(port: int) -> Allowance:
    return Allowance(port)


def certified(host: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side that proves to be ``host``, and a client's side that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "certificate.pem"
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + secret)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    return serving, ssl.create_default_context(cafile=str(file))


def bomb(megabytes: int) -> bytes:
    return gzip.compress(bytes(megabytes * 1_000_000))
