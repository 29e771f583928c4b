"""What may not be opened, against addresses that try to be."""

import socket
from collections.abc import Sequence
import ssl
from ipaddress import ip_address

import httpcore
import pytest

from agent.web.address import GuardedNetwork, is_public
from agent.web.errors import RefusedError, UnreachableError
from agent.web.fetch import Fetcher, checked_url
from tests.agent.web.site import Names, only, site

pytestmark = pytest.mark.anyio

NAMES: dict[str, Sequence[str]] = {
    "localhost": ["127.0.0.1", "::1"],
    "rebound.test": ["93.184.215.14", "127.0.0.1"],
    "second.test": ["93.184.215.14", "10.0.0.8"],
    "mapped.test": ["::ffff:169.254.169.254"],
    "metadata.google.internal": ["169.254.169.254"],
    "azure.test": ["168.63.129.16"],
    "nat64.test": ["64:ff9b::7f00:1"],
    "teredo.test": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "local-v6.test": ["fe80::1%eth0"],
    "127.0.0.1.nip.io": ["127.0.0.1"],
}

HOSTILE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://203.0.113.5/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://192.88.99.1/",
    "http://168.63.129.16/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://rebound.test/",
    "http://second.test/",
    "http://mapped.test/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://azure.test/",
    "http://nat64.test/",
    "http://teredo.test/",
    "http://local-v6.test/",
    "http://127.0.0.1.nip.io/",
    "http://8.8.8.8:22/",
    "http://8.8.8.8:6379/",
    "https://8.8.8.8:8443/",
    "http://user:password@8.8.8.8/",
    "http://8.8.8.8@127.0.0.1/",
    "http://127.0.0.1#@8.8.8.8/",
    "http://127.0.0.1\\@8.8.8.8/",
    "http://8.8.8.8\\@127.0.0.1/",
    "http://127.0.0.1 .example.com/",
    "http://8.8.8.8/\r\nHost: localhost",
    "http:///etc/passwd",
    "http://",
    "//127.0.0.1/",
    "file:///etc/passwd",
    "ftp://8.8.8.8/",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stats",
    "ldap://127.0.0.1/",
    "data:text/html,hello",
    "javascript:alert(1)",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "jar:http://127.0.0.1!/",
    "http://[::1",
    "http://8.8.8.8:99999/",
    "http://8.8.8.8:0/",
    "",
    "not an address",
    "http://" + "a" * 3000,
]


@pytest.fixture
def no_connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes what would have been connected to."""
    made: list[str] = []

    async def connect(_self: object, host: str, port: int, *_args: object) -> httpcore.AsyncNetworkStream:
        made.append(f"{host}:{port}")
        raise httpcore.ConnectError

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    return made


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.mark.parametrize("address", HOSTILE)
async def test_a_hostile_address_is_never_connected_to(
    address: str, no_connections: list[str], tls: ssl.SSLContext
) -> None:
    names = NAMES | {f"{name}.": answers for name, answers in NAMES.items()}
    with pytest.raises((RefusedError, UnreachableError)) as refused:
        await Fetcher(tls=tls, resolver=Names(names)).fetch(address)
    assert no_connections == []
    # Said aloud: a sentence, without the address.
    assert str(refused.value).endswith(".")
    assert "127" not in str(refused.value)


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) >= 80


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_an_ordinary_address_is_public(address: str) -> None:
    assert is_public(ip_address(address))


async def test_every_answer_of_the_resolver_is_checked_whatever_its_place(no_connections: list[str]) -> None:
    for answers in (["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["8.8.8.8", "1.1.1.1", "9.9.9.9", "127.0.0.1"]):
        with pytest.raises(RefusedError):
            await GuardedNetwork(resolver=Names({"many.test": answers})).connect_tcp("many.test", 443)
    assert no_connections == []


async def test_a_public_name_is_connected_to_at_the_address_that_was_checked(no_connections: list[str]) -> None:
    names = Names({"site.test": ["8.8.8.8", "8.8.8.8", "2606:4700::1111"]})
    with pytest.raises(UnreachableError):
        await GuardedNetwork(resolver=names).connect_tcp("site.test", 443)
    assert names.asked == ["site.test"]
    assert no_connections == ["8.8.8.8:443", "2606:4700::1111:443"]


async def test_a_name_that_answers_differently_the_second_time_is_asked_once(tls: ssl.SSLContext) -> None:
    async with site() as here:
        here.serve_page("/")
        # The second answer is what a rebinding attack would have connected to.
        names = Names(turns={"site.test": [["127.0.0.1"], ["10.0.0.1"]]})
        fetcher = Fetcher(tls=tls, resolver=names, allow=only(here.port))
        await fetcher.fetch(here.url("/"))
        assert names.asked == ["site.test"]
        assert len(here.requests) == 1


async def test_a_redirect_to_a_name_that_was_rebound_is_refused(tls: ssl.SSLContext) -> None:
    async with site() as here:
        here.redirect("/", "/again")
        names = Names(turns={"site.test": [["127.0.0.1"], ["10.0.0.1"]]})
        with pytest.raises(RefusedError):
            await Fetcher(tls=tls, resolver=names, allow=only(here.port)).fetch(here.url("/"))
        assert len(here.requests) == 1


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "//10.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://user:password@site.test/",
        "file:///etc/passwd",
        "http://127.0.0.1:1/",
        "http://[::1",
    ],
)
async def test_a_redirect_is_checked_as_the_first_address_is(target: str, tls: ssl.SSLContext) -> None:
    async with site() as here:
        here.redirect("/", target)
        names = Names(NAMES | {"site.test": ["127.0.0.1"]})
        with pytest.raises(RefusedError):
            await Fetcher(tls=tls, resolver=names, allow=only(here.port)).fetch(here.url("/"))
        assert len(here.requests) == 1


async def test_an_allowance_is_for_its_address_and_port_alone() -> None:
    async with site() as here, site() as other:
        network = GuardedNetwork(resolver=Names(), allow=only(here.port))
        await (await network.connect_tcp("127.0.0.1", here.port)).aclose()
        with pytest.raises(RefusedError):
            await network.connect_tcp("127.0.0.1", other.port)


async def test_a_name_without_addresses_is_said_to_be_unknown(tls: ssl.SSLContext) -> None:
    async def nobody(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(UnreachableError, match="could not find"):
        await Fetcher(tls=tls, resolver=nobody).fetch("https://nobody.test/")


def test_a_spoken_address_without_a_scheme_is_https() -> None:
    assert str(checked_url("example.org/bread")) == "https://example.org/bread"
