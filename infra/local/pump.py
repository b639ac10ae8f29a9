"""Base class of pumps, which poll an event source in a thread until they are stopped or killed."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

LOG = logging.getLogger("novex.local.pumps")
ERROR_PAUSE_SECONDS = 1.0


class Pump(ABC):
    """Delivers waiting events to a function.

    pause: seconds between polls that find nothing; window: seconds in which a batch is gathered.

    `poll()` delivers one batch in the calling thread. `start()` polls in the background until `stop()`, which finishes
    the current batch, or `kill()`, which drops it as if Lambda's poller had crashed. A pump may be started again.
    """

    def __init__(self, name: str, pause: float, window: float = 0.0) -> None:
        self.name = name
        self._pause = pause
        self._window = window
        self._stopping = threading.Event()
        self._killed = False
        self._thread: threading.Thread | None = None
        self._polling = threading.RLock()
        self._nudged = threading.Event()

    @abstractmethod
    def _poll(self) -> int:
        """Delivers at most one batch; returns how many events were processed or prepared for another attempt."""

    def poll(self) -> int:
        """Polls once. Safe while the thread runs, and after a stop or a kill."""
        with self._polling:
            if self._thread is None:
                self._killed = False
            return self._poll()

    def nudge(self) -> None:
        """Ends the pause before the next poll: there is probably something to deliver."""
        self._nudged.set()

    def start(self) -> None:
        """Polls in the background."""
        self._stopping.clear()
        self._killed = False
        self._thread = threading.Thread(target=self._run, name=f"pump-{self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and waits for it; may be called twice."""
        self._stopping.set()
        self._nudged.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._thread = None

    def kill(self) -> None:
        """Ends the thread without recording the current batch, which is delivered again later."""
        self._killed = True
        self.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                moved = self.poll()
            except Exception:  # like Lambda's pollers, a pump continues after failures of the services that it calls
                LOG.exception("pump %s", self.name)
                self._stopping.wait(ERROR_PAUSE_SECONDS)
                continue
            if not moved:
                self._nudged.wait(self._pause)
            self._nudged.clear()
            self._stopping.wait(self._window)
