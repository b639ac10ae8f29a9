"""A server of somebody else's as our child process: what DynamoDB Local and Keycloak have in common."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from infra.local.child import Child
from infra.local.failure import LocalFailureError
from infra.local.fetched import CACHE
from infra.local.ports import free_port, port_in_use

ATTEMPTS = 3


class ChildServer(ABC):
    """One server on a loopback port (0: any free one); `data=None` forgets everything, a folder keeps it between runs.

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
        """The guard's process id; ending the guard ends the server."""
        return self._child.pid if self._child else None

    def start(self) -> Self:
        """Returns when the server answers. Raises LocalFailureError with one line: download, port in use, no start."""
        program = self._program()
        if self._requested_port and port_in_use(self._requested_port):
            raise LocalFailureError(
                f"Port {self._requested_port} is in use: stop what listens there or choose another."
            )
        self._prepare(program)
        for attempt in range(1, ATTEMPTS + 1):
            self.port = self._requested_port or free_port()
            self._child = self._launch(program)
            if self._ready(self._child):
                break
            reason, has_ended = self._child.reason(), not self._child.is_running()
            self._end()
            # A free port can be taken by somebody else before Java binds it: then another one will do.
            if self._requested_port or not has_ended or attempt == ATTEMPTS:
                self.stop()
                raise LocalFailureError(f"{self.name} did not start on port {self.port}: {reason[:300]}")
        return self

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
        """The folder of the program, downloaded when it is not there yet."""

    @abstractmethod
    def _prepare(self, program: Path) -> None:
        """What must be there before the first launch."""

    @abstractmethod
    def _launch(self, program: Path) -> Child:
        """Starts it on `port`."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it serves on `port`. May raise OSError for no."""

    def _ready(self, child: Child) -> bool:
        deadline = time.monotonic() + self.ready_seconds
        while time.monotonic() < deadline and child.is_running():
            try:
                if self._answers():
                    # Another server may answer while ours ends.
                    return child.is_running()
            except OSError:
                pass  # not yet: asked again until the deadline
            time.sleep(0.05)
        return False

    def _end(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None
