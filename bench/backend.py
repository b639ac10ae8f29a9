"""`make run` for the bench: the real command, with a data folder of its own on free ports."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local import token
from infra.local.fetched import ROOT
from infra.local.ports import free_port

PARTS = {"DynamoDBLocal": "Engine", "worker api": "API", "worker events": "Event functions", "local.run": "The rest"}
"""The processes of the backend, by what stands in their command lines."""


@dataclass(frozen=True, slots=True)
class Backend:
    """A running backend. `token` is an administrator's."""

    url: str
    token: str
    pid: int

    def cpu(self) -> Counter[str]:
        """CPU seconds that each part has used so far; empty where there is no /proc."""
        spent: Counter[str] = Counter()
        for pid in _descendants(self.pid):
            # Guards name the command that they run, so they are left out first.
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            part = next((part for mark, part in PARTS.items() if mark in command and "guard.py" not in command), None)
            if part:
                spent[part] += _seconds(pid)
        return spent


@contextmanager
def running() -> Iterator[Backend]:
    """Starts `make run` without rate limits and ends it. RuntimeError with its output when it does not start."""
    with tempfile.TemporaryDirectory(prefix="novex-bench-") as folder:
        port = free_port(2)
        unlimited = {"NOVEX_RATE_TENANT": "0", "NOVEX_RATE_CALLER": "0"}
        environment = dict(os.environ, NOVEX_LOCAL_DATA=folder, **unlimited)
        command = [sys.executable, "-m", "infra.local.run", "--port", str(port)]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                _wait_until_started(process)
                # Nobody reads the lines of requests; if they filled the pipe, the backend would stand still.
                threading.Thread(target=deque, args=(process.stdout, 0), daemon=True).start()
                given = token.ask("admin", "acme", Path(folder))
                yield Backend(f"http://127.0.0.1:{port}", given, process.pid)
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(60)


def _wait_until_started(process: subprocess.Popen[str]) -> None:
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if line.startswith("Ctrl-C"):
            return
    raise RuntimeError(f"make run did not start: {''.join(lines)}")


def _descendants(pid: int) -> Iterator[int]:
    if not Path(f"/proc/{pid}").exists():
        return
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _descendants(int(child))


def _seconds(pid: int) -> float:
    """User and system time; the fields after the name, which may contain blanks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
