"""The ports of one instance: a base and the ones above it, all on loopback."""

import socket
from dataclasses import dataclass

FIRST_BASE = 8700
_STEP = 10
_BASES_TRIED = 20


@dataclass(frozen=True, slots=True)
class Ports:
    """Port numbers of one instance."""

    api: int
    livekit: int
    livekit_udp: int
    model_server: int
    worker: int

    @classmethod
    def from_base(cls, base: int) -> "Ports":
        return cls(api=base, livekit=base + 1, livekit_udp=base + 2, model_server=base + 3, worker=base + 4)

    def taken(self) -> list[int]:
        """Those that another program holds."""
        tcp = [p for p in (self.api, self.livekit, self.model_server, self.worker) if _in_use(p, socket.SOCK_STREAM)]
        return tcp + [p for p in (self.livekit_udp,) if _in_use(p, socket.SOCK_DGRAM)]


def choose_ports(base: int | None) -> Ports:
    """The ports from ``base``, or from the first free base; raises ValueError saying which are taken."""
    if base is not None:
        ports = Ports.from_base(base)
        if taken := ports.taken():
            raise ValueError(f"port {taken[0]} is taken; choose another base, for example --port {base + _STEP}")
        return ports
    for candidate in range(FIRST_BASE, FIRST_BASE + _STEP * _BASES_TRIED, _STEP):
        ports = Ports.from_base(candidate)
        if not ports.taken():
            return ports
    raise ValueError(f"no free ports from {FIRST_BASE} on; choose a base with --port")


def _in_use(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
