"""Simulations write a lot; what they leave in the streams would keep the next test that settles busy for a minute."""

from collections.abc import Iterator

import pytest

from tests.world import World


@pytest.fixture(autouse=True)
def lost_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "world" in request.fixturenames:
        world: World = request.getfixturevalue("world")
        world.pumps.sequencer.skip()
        world.pumps.consumers.skip()
