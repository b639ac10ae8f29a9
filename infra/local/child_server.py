"""Base class of external servers that run as child processes: DynamoDB Local and Keycloak."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from infra.local.child import Child
from infra.local.failure import LocalFailureError
from infra.local.fetched import CACHE
from infra.local.ports import free_port, require_free

ATTEMPTS = 3


class ChildServer(ABC):
    """One server on a loopback port (0: any free one). data: a folder that keeps the data between runs; None keeps
    none.

    Use it as a context manager.
    """

    name: ClassVar[str]
    ready_seconds: ClassVar[float]

    def __init__(self, data: Path | str | None = None, port: int = 0, cache: Path = CACHE) -> None:
        self._data = Path(data) if data is not None else None
        self._requested_port = port
        self._cache = cache
        self._child: Child | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process id of the guard; ending the guard ends the server."""
        return self._child.pid if self._child else None

    def start(self) -> Self:
        """Starts the server and returns when it responds. Raises LocalFailureError when the download or the start
        fails, or the port is in use."""
        program = self._program()
        if self._requested_port:
            require_free(self._requested_port)
        self._prepare(program)
        for attempt in range(1, ATTEMPTS + 1):
            self.port = self._requested_port or free_port()
            self._child = self._launch(program)
            if self._ready(self._child):
                break
            reason, has_ended = self._child.reason(), not self._child.is_running()
            self._end()
            # Another process may take the free port before Java binds it; then another port is tried.
            if self._requested_port or not has_ended or attempt == ATTEMPTS:
                self.stop()
                raise LocalFailureError(f"{self.name} did not start on port {self.port}: {reason[:300]}")
        return self

    def check(self) -> None:
        """Raises LocalFailureError when the server has ended by itself."""
        if self._child is not None and not self._child.is_running():
            raise LocalFailureError(f"{self.name} (process {self._child.pid}) ended: {self._child.reason()[:300]}")

    def stop(self) -> None:
        """Ends the server and waits for it; may be called twice."""
        self._end()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @abstractmethod
    def _program(self) -> Path:
        """The folder of the program, downloaded at first use."""

    @abstractmethod
    def _prepare(self, program: Path) -> None:
        """Prepares files that the program needs before its first launch."""

    @abstractmethod
    def _launch(self, program: Path) -> Child:
        """Starts the program on `port`."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether the server responds on `port`. May raise OSError if not."""

    def _ready(self, child: Child) -> bool:
        deadline = time.monotonic() + self.ready_seconds
        while time.monotonic() < deadline and child.is_running():
            try:
                if self._answers():
                    # Another server may respond on the port while this child ends.
                    return child.is_running()
            except OSError:
                pass  # not ready yet: repeated until the deadline
            time.sleep(0.05)
        return False

    def _end(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None
