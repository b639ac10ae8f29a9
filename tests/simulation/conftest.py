"""What simulations do to the rest: their patience does not depend on the machine, and their entries are not worked on.

What they leave in the streams would keep the next test that settles busy for a minute.
"""

import threading
from collections.abc import Iterator

import pytest

from chalicelib.kernel import clock
from tests.world import World


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


@pytest.fixture(autouse=True)
def lost_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "world" in request.fixturenames:
        world: World = request.getfixturevalue("world")
        world.pumps.sequencer.skip()
        world.pumps.dispatcher.skip()
