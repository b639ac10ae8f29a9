"""Installs packages from PyPI into a folder of their own, for tools that are not Python's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from infra.local.failure import LocalFailureError


def install(requirements: Path, target: Path) -> None:
    """Installs what the lock file lists, checked by its hashes. LocalFailureError when that is not possible."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--target", str(target), "-r", str(requirements)]
    if subprocess.run(command, capture_output=True, text=True, check=False).returncode != 0:
        raise LocalFailureError(f"The packages of {requirements.name} could not be installed from PyPI.")
