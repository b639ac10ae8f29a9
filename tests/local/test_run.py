"""`make run` as a person uses it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.fetched import ROOT
from infra.local.ports import free_port


@contextmanager
def run(data: Path, port: int, end: signal.Signals, *options: str) -> Iterator[list[str]]:
    """A running backend and what it printed; afterwards it has ended well and left no process."""
    environment = dict(os.environ, NOVEX_LOCAL_DATA=str(data))
    command = [sys.executable, "-m", "infra.local.run", "--port", str(port), *options]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line.strip())
            if line.startswith("Ctrl-C"):
                break
        assert lines and lines[-1].startswith("Ctrl-C"), lines
        try:
            yield lines
        finally:
            process.send_signal(end)
            try:
                rest, _ = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert process.returncode == 0, lines
    assert "Stopped" in rest
    # Without -ww it cuts lines to the COLUMNS that pytest sets.
    listed = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(data) not in listed


def pasted(command: str, environment: dict[str, str]) -> Any:
    """What a printed command answers in a shell."""
    shell = ["sh", "-c", f"{command} -s"]
    return json.loads(subprocess.run(shell, env=environment, capture_output=True, check=True).stdout)


def test_printed_commands_work_when_pasted_and_data_stays_between_runs(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port(2)
    environment = dict(os.environ, NOVEX_LOCAL_DATA=str(data))
    with run(data, port, signal.SIGINT) as lines:
        commands = [line for line in lines if line.startswith("curl ")]
        items, orders, customer = (pasted(command, environment) for command in commands)
    assert (len(items["data"]), len(orders["data"]), customer["name"]) == (3, 3, "Curl & Sons")
    with run(data, port, signal.SIGTERM) as lines:
        (command,) = (line for line in lines if line.startswith("curl ") and "/v1/items" in line)
        again = pasted(command, environment)
    assert again["data"] == items["data"]
    assert "Writing the demo data ..." not in lines
    assert data.stat().st_mode & 0o077 == 0


def test_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = dict(os.environ, NOVEX_LOCAL_DATA=str(tmp_path / "data"))
        command = [sys.executable, "-m", "infra.local.run", "--port", str(port)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [f"Port {port} is in use; choose another: make run PORT=..."]
    assert done.stderr == ""
