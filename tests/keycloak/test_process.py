"""The server as a process: for nobody beyond this machine, and gone when we are gone."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from infra.local.fetched import ROOT
from tests.keycloak.realm import Realm

NOT_READY = (
    "import sys, time; from infra.local import keycloak\n"
    "keycloak.Keycloak._ready = lambda self, child: True\n"
    "server = keycloak.Keycloak(sys.argv[1]).start(); print(server.pid, flush=True); time.sleep(60)"
)


def processes(mark: str) -> list[int]:
    """The processes whose command line names this text."""
    # Without -ww it cuts lines to the COLUMNS that pytest sets.
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    found = [line.split(maxsplit=1) for line in listed.splitlines()[1:]]
    return [int(pid) for pid, command in found if mark in command and "ps -ww" not in command]


def java_below(guard: int) -> int:
    listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
    pairs = [line.split() for line in listed.splitlines()[1:]]
    return next(int(pid) for pid, parent in pairs if int(parent) == guard)


def listening(pid: int) -> set[str]:
    """The addresses on which a process listens, as /proc tells them."""
    held = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    inodes = {name[8:-1] for name in held if name.startswith("socket:[")}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(fields[1].partition(":")[0])
    return found


def test_it_listens_on_loopback_only(realm: Realm) -> None:
    guard = realm.keycloak.pid
    assert guard is not None
    # 127.0.0.1 as /proc writes it, in both tables.
    loopback = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
    addresses = listening(java_below(guard))
    assert addresses and addresses <= loopback


def test_it_dies_with_its_parent(downloaded: None, tmp_path: Path) -> None:
    home = tmp_path / "kept"
    parent = subprocess.Popen([sys.executable, "-c", NOT_READY, str(home)], stdout=subprocess.PIPE, cwd=ROOT)
    with parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        started = processes(str(home))
        parent.send_signal(signal.SIGKILL)
    assert len(started) > 1
    while processes(str(home)):
        time.sleep(0.1)


def test_the_administrators_password_is_in_no_command_line(realm: Realm) -> None:
    assert processes(realm.operator.credentials.form["password"]) == []
