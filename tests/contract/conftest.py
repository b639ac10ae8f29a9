"""One estate for the tests that only look at it."""

import pytest

from tests.contract import estate
from tests.contract.estate import Estate
from tests.contract.operations import Operation, operations
from tests.world import World


@pytest.fixture(scope="session")
def routes(world: World) -> list[Operation]:
    """Every route."""
    return operations()


@pytest.fixture(scope="session")
def theirs(world: World) -> Estate:
    """Everything of a tenant whose things must stay its own."""
    return estate.settled(world.tenant())


@pytest.fixture(scope="session")
def ours(world: World) -> Estate:
    """Everything of another tenant."""
    return estate.settled(world.tenant())
