"""TCP ports of the loopback interface."""

from __future__ import annotations

import secrets
import socket

PORTS = range(20_000, 32_000)
"""Below those that systems give to outgoing connections, one of which would take a free port before its server does."""


def free_port(count: int = 1) -> int:
    """A port that was free a moment ago, and so were the `count` - 1 after it."""
    while True:
        port = secrets.choice(PORTS)
        if all(_is_free(number) for number in range(port, port + count)):
            return port


def port_in_use(port: int) -> bool:
    """True when something answers on that port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
