"""One package for the whole run: it takes seconds, so the workers share it."""

import fcntl
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra import package

FUNCTION = "AWS::Serverless::Function"
METHODS = {"get", "head", "post", "put", "patch", "delete"}


@dataclass(frozen=True)
class Packaged:
    """What `make package` made."""

    folder: Path
    template: dict[str, Any]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Properties by logical id."""
        found = self.template["Resources"].items()
        return {name: entry.get("Properties", {}) for name, entry in found if entry["Type"] == kind}

    @property
    def functions(self) -> dict[str, dict[str, Any]]:
        return self.of_type(FUNCTION)

    @property
    def api(self) -> dict[str, Any]:
        properties: dict[str, Any] = self.template["Resources"]["RestAPI"]["Properties"]
        return properties

    @property
    def routes(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The routes of the API by method and path, without preflights."""
        paths = self.api["DefinitionBody"]["paths"]
        return {(m, path): entry for path, methods in paths.items() for m, entry in methods.items() if m in METHODS}

    @property
    def code(self) -> Path:
        """The unpacked code."""
        return self.folder / "code"


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Packaged:
    """Stage dev, packaged by the command in a process of its own."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "packaged"
    with (folder.parent / "packaged.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "code").exists():
            _package(folder)
    return Packaged(folder, package.read_template(folder))


def _package(folder: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "NOVEX_"))}
    command = [sys.executable, "-m", "infra.package", "--stage", "dev", "--out", str(folder)]
    done = subprocess.run(command, cwd=package.ROOT, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    unpacked = folder / "unpacking"
    with zipfile.ZipFile(folder / "deployment.zip") as archive:
        archive.extractall(unpacked)
    unpacked.rename(folder / "code")
