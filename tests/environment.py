"""Packages that cannot be installed beside the project's own, each set in an environment of its own under .cache/."""

import hashlib
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from infra.local.failure import LocalFailureError
from infra.local.fetched import CACHE, kept


def installed(name: str, lock: Path) -> Path:
    """The folder with an interpreter without packages (`empty`), and the packages of the lock file (`packages`).
    LocalFailureError when they cannot be installed."""
    pinned = f"{lock.read_text(encoding='utf-8')}{sysconfig.get_platform()}{sys.version}"
    folder = CACHE / name / hashlib.sha256(pinned.encode()).hexdigest()[:16]

    def make(temporary: Path) -> Path:
        made = temporary / "environment"
        venv.create(made / "empty", symlinks=True)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        command += ["--only-binary=:all:", "--target", str(made / "packages"), "--requirement", str(lock)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise LocalFailureError(f"What {lock} lists could not be installed (is the network there?): {done.stderr}")
        return made

    return kept(folder, "empty/pyvenv.cfg", make)
