"""TCP ports of the loopback interface."""

from __future__ import annotations

import secrets
import socket
import subprocess
from pathlib import Path

from infra.local.failure import LocalFailureError

PORTS = range(20_000, 32_000)
"""Below the ephemeral ports, so that an outgoing connection does not take a free port before the server binds it."""


def free_port(count: int = 1) -> int:
    """The first of `count` consecutive ports that were free when they were checked."""
    while True:
        port = secrets.choice(PORTS)
        if all(_is_free(number) for number in range(port, port + count)):
            return port


def require_free(port: int) -> None:
    """Raises LocalFailureError when a process accepts connections on that port; the message names it."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex(("127.0.0.1", port)) != 0:
            return
    pid = _listener(port)
    by, end = (f" by {described(pid)}", f"end that with `kill {pid}`, or ") if pid else ("", "")
    raise LocalFailureError(f"Port {port} is in use{by}: {end}choose another port, for example make run PORT=9000.")


def described(pid: int) -> str:
    """The process with its command."""
    listed = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return f"process {pid} ({listed.stdout.strip()[:200] or 'ended'})"


def _listener(port: int) -> int | None:
    """The process that listens on the port, the oldest if several do; None if this user may not know it."""
    if not Path("/proc/net/tcp").exists():
        command = ["lsof", "-t", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN"]
        found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        return min(map(int, found), default=None)
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()]
    listening = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"}
    holders = (link for link in Path("/proc").glob("[0-9]*/fd/*") if _target(link) in listening)
    return min((int(link.parts[2]) for link in holders), default=None)


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # closed, or not ours to read
        return ""


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
