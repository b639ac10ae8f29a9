"""TCP ports of the loopback interface."""

from __future__ import annotations

import secrets
import socket

PORTS = range(20_000, 32_000)
"""Below the ephemeral ports, so that an outgoing connection does not take a free port before the server binds it."""


def free_port(count: int = 1) -> int:
    """The first of `count` consecutive ports that were free when they were checked."""
    while True:
        port = secrets.choice(PORTS)
        if all(_is_free(number) for number in range(port, port + count)):
            return port


def port_in_use(port: int) -> bool:
    """Whether a process accepts connections on that port."""
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
