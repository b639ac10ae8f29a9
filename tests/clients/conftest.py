"""The served specification, the tools that read it, and an API to call with the clients that they make."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.local import npm
from infra.local.failure import LocalFailureError
from infra.local.server import serve
from tests import environment, factories
from tests.world import Client, World

HERE = Path(__file__).parent
SECONDS = 300
"""After so long a tool is taken to be stuck; no test depends on how long anything takes."""


@dataclass(frozen=True)
class Node:
    """The packages of package-lock.json, and the command that runs their programs."""

    packages: Path
    command: str
    environment: dict[str, str]

    def run(self, program: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Runs a program of the packages by its path in node_modules, or a script by its absolute path."""
        script = self.packages / "node_modules" / program
        return run([self.command, str(script), *arguments], cwd, self.environment)


def run(command: list[str], cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    quiet = {"NO_COLOR": "1", "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    return subprocess.run(
        command, cwd=cwd, env={**environment, **quiet}, capture_output=True, text=True, check=False, timeout=SECONDS
    )


@pytest.fixture(scope="session")
def node() -> Node:
    """Skips where the packages cannot be had; in CI that is a failure."""
    try:
        packages = npm.install("Tools that read the specification", HERE)
        return Node(packages, *npm.node())
    except LocalFailureError as failure:
        return skipped(failure)


@pytest.fixture(scope="session")
def python() -> Path:
    """The environment of openapi-python-client. Skips where it cannot be had; in CI that is a failure."""
    try:
        return environment.installed("clients", HERE / "requirements.txt")
    except LocalFailureError as failure:
        return skipped(failure)


def skipped(failure: LocalFailureError) -> None:
    if os.environ.get("CI"):
        raise failure
    pytest.skip(str(failure))


@pytest.fixture(scope="session")
def specification(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What /openapi.json responds, in a file."""
    file = tmp_path_factory.mktemp("specification") / "openapi.json"
    file.write_bytes(world.anonymous().get("/openapi.json").body)
    return file


@pytest.fixture(scope="session")
def url(world: World) -> Iterator[str]:
    """Where the API is served."""
    with serve(world.gateway) as server:
        yield server.url


@pytest.fixture
def stocked(acme: Client) -> Client:
    """A tenant with one warehouse and one item, of which 5 are available."""
    factories.shop(acme).item(on_hand=5)
    return acme
