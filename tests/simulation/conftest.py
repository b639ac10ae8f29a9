"""What simulations do to the rest: their patience does not depend on the machine."""

import threading
from collections.abc import Iterator

import pytest

from chalicelib.kernel import clock


class Patient(clock.SystemSource):
    """Each thread's patience is used up by its own pauses alone: a slow machine must not make anybody give up."""

    def __init__(self) -> None:
        self._paused = threading.local()

    def monotonic(self) -> float:
        return float(getattr(self._paused, "seconds", 0.0))

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._paused.seconds = self.monotonic() + seconds


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    previous = clock.install(Patient())
    yield
    clock.install(previous)
