"""Which addresses may be connected to, and a network that connects to no others.

A name is resolved once, every answer is checked, and the connection goes to a checked address: between the check and
the use there is no second look-up that could answer differently.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore
from typing_extensions import override

from agent.web.errors import RefusedError, UnreachableError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host name, as text; raises `OSError` when there are none."""
Allow = Callable[[IPAddress, int], bool]
"""Whether an address is allowed although it is not public; for tests and for services of one's own."""

PORTS = (80, 443)
MOST_ADDRESSES = 3

_NOT_PUBLIC_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",  # a cloud's host agent, although it is a global address
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "224.0.0.0/3",  # multicast and reserved
    )
)
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
"""All of global unicast. What embeds an IPv4 address outside of it (mapped, NAT64) is thereby refused."""
_NOT_PUBLIC_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # special purposes, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
    )
)


def is_public(address: IPAddress) -> bool:
    """Whether this is an ordinary address of the public internet; tunnels into IPv4 are not."""
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    return address in _PUBLIC_V6 and not any(address in network for network in _NOT_PUBLIC_V6)


def allow_none(_address: IPAddress, _port: int) -> bool:
    return False


async def resolve(host: str, port: int) -> list[str]:
    """As the operating system resolves names."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses on ports 80 and 443, and to what ``allow`` allows.

    Raises `RefusedError` when any answer for a name is another address, whichever would have been used.
    """

    def __init__(self, *, resolver: Resolver = resolve, allow: Allow = allow_none) -> None:
        self._resolver, self._allow = resolver, allow
        self._network = httpcore.AnyIOBackend()

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._checked(host, port)
        failure: Exception | None = None
        for address in addresses[:MOST_ADDRESSES]:
            try:
                return await self._network.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise UnreachableError("That site does not answer.") from failure

    @override
    async def connect_unix_socket(self, *_args: Any, **_options: Any) -> httpcore.AsyncNetworkStream:
        raise RefusedError("That is not the address of a public web page, so I may not open it.")

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _checked(self, host: str, port: int) -> list[IPAddress]:
        try:
            answers = await self._resolver(host, port)
            addresses = list(dict.fromkeys(ipaddress.ip_address(answer.partition("%")[0]) for answer in answers))
        except (OSError, UnicodeError, ValueError) as error:
            raise UnreachableError("I could not find a site with that address.") from error
        if not addresses:
            raise UnreachableError("I could not find a site with that address.")
        for address in addresses:
            if not self._allow(address, port) and not (port in PORTS and is_public(address)):
                raise RefusedError("That is not the address of a public web page, so I may not open it.")
        return addresses
