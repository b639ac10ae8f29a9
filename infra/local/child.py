"""Runs an external program as a child process, which ends with its parent; its output explains a failed start."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")
STOP_SECONDS = 10


class Child:
    """A child process, started by the constructor, under the guard. environment: None inherits the parent's."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop()
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(GUARD), *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The process id of the guard; ending the guard ends the child."""
        return self._process.pid

    def is_running(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends the child and waits for it; may be called twice."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def reason(self) -> str:
        """The line of its output that best explains a failure; to be called before `stop`."""
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").splitlines()
        telling = [line for line in lines if "rror" in line or "xception" in line or "in use" in line]
        return (telling or lines or ["no output"])[0].strip()
