"""Starts, watches and stops the processes of `make run` that run the product's code."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.local.failure import LocalFailureError
from infra.local.worker import READY, STOP

STOP_SECONDS = 30


class Worker:
    """One process, started by the constructor; `worker.py` says what it does.

    on_line: gets each line that it writes, in a thread. descriptors: open files that it inherits.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        argument: str,
        log: Path,
        on_line: Callable[[str], None] = lambda line: None,
        descriptors: tuple[int, ...] = (),
    ) -> None:
        self.name = name
        self._log = log
        self._on_line = on_line
        self._writing = threading.Lock()
        self._has_answered = threading.Event()
        self._is_ready = False
        # A session of its own: Ctrl-C reaches the parent only, which decides when it ends.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.worker", kind, str(log), argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            pass_fds=descriptors,
        )
        assert self._process.stdin is not None
        self._input = self._process.stdin
        self._reader = threading.Thread(target=self._read, name=f"worker-{kind}", daemon=True)
        self._reader.start()

    def wait_until_ready(self) -> None:
        """Returns when it works. Raises LocalFailureError when it has ended instead."""
        self._has_answered.wait()
        if not self._is_ready:
            raise LocalFailureError(f"{self.name} did not start; {self._log} says why.")

    def check(self) -> None:
        """Raises LocalFailureError when the process has ended by itself."""
        code = self._process.poll()
        if code is not None:
            ending = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
            raise LocalFailureError(f"{self.name} (process {self._process.pid}) {ending}; see {self._log}.")

    def send(self, line: str) -> None:
        """Writes a line to the process; nothing happens when it has ended."""
        with self._writing, suppress(BrokenPipeError):
            self._input.write(f"{line}\n")
            self._input.flush()

    def stop(self) -> None:
        """Lets the process finish what it does; returns when it has ended and all its lines are handled."""
        self.send(STOP)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        with suppress(BrokenPipeError):
            self._input.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                if line.rstrip() == READY:
                    self._is_ready = True
                    self._has_answered.set()
                else:
                    self._on_line(line.rstrip())
        self._has_answered.set()
