"""Configuration of a LiveKit server that is reachable from this machine alone."""

import yaml

from local.launcher.instance import Secrets
from local.launcher.ports import Ports

NO_STUN = "127.0.0.1:9"
"""Nothing answers here. Without an entry clients are sent to public servers, and the media port itself does not do."""


def livekit_config(ports: Ports, secrets: Secrets) -> str:
    """YAML for the server: signalling and media on loopback, no STUN outside, no room made by a mere token.

    ``interfaces`` is what keeps the media port off the network: addresses alone do not.
    """
    return yaml.safe_dump(
        {
            "port": ports.livekit,
            "bind_addresses": ["127.0.0.1"],
            "rtc": {
                "udp_port": ports.livekit_udp,
                "tcp_port": 0,
                "use_external_ip": False,
                "node_ip": "127.0.0.1",
                "enable_loopback_candidate": True,
                "interfaces": {"includes": ["lo"]},
                "ips": {"includes": ["127.0.0.1/32"]},
                "stun_servers": [NO_STUN],
            },
            "turn": {"enabled": False},
            "room": {"auto_create": False, "empty_timeout": 120, "departure_timeout": 90, "max_participants": 4},
            "keys": {secrets.livekit_api_key: secrets.livekit_api_secret},
            "logging": {"level": "info", "json": True},
        },
        sort_keys=False,
    )
