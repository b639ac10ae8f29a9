"""The thread under every pump: it polls until it is told to stop, and forgets what it was doing when it is killed."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

LOG = logging.getLogger("novex.local.pumps")
ERROR_PAUSE_SECONDS = 1.0


class Pump(ABC):
    """Moves what is waiting to a function.

    `poll()` delivers one batch in the calling thread; `start()` does so in the background until `stop()`, which lets a
    batch finish, or `kill()`, which drops it undelivered, as when Lambda's poller dies. A pump may be started again.
    """

    def __init__(self, name: str, pause: float) -> None:
        self.name = name
        self._pause = pause
        self._stopping = threading.Event()
        self._killed = False
        self._thread: threading.Thread | None = None
        self._polling = threading.RLock()

    @abstractmethod
    def _poll(self) -> int:
        """Delivers what is there, a batch at most; returns how many it moved, for good or for another try."""

    def poll(self) -> int:
        """One round; safe while the thread runs, and by hand after a stop or a kill."""
        with self._polling:
            if self._thread is None:
                self._killed = False
            return self._poll()

    def start(self) -> None:
        """Polls in the background."""
        self._stopping.clear()
        self._killed = False
        self._thread = threading.Thread(target=self._run, name=f"pump-{self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when the thread has ended; may be called twice."""
        self._stopping.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._thread = None

    def kill(self) -> None:
        """Ends without recording the batch at hand: it will be delivered again."""
        self._killed = True
        self.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                moved = self.poll()
            except Exception:  # a pump outlives whatever happens to the services it talks to, as the real pollers do
                LOG.exception("pump %s", self.name)
                self._stopping.wait(ERROR_PAUSE_SECONDS)
                continue
            if not moved:
                self._stopping.wait(self._pause)
