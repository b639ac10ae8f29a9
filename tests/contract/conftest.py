"""One sample tenant for the tests that only look at it."""

import pytest

from tests.contract import sample_tenant
from tests.contract.operations import Operation, operations
from tests.contract.sample_tenant import SampleTenant
from tests.world import World


@pytest.fixture(scope="session")
def routes(world: World) -> list[Operation]:
    """Every route."""
    return operations()


@pytest.fixture(scope="session")
def theirs(world: World) -> SampleTenant:
    """Everything of a tenant whose things must stay its own; a sandbox, which has a clock besides."""
    return sample_tenant.settled(world.tenant(is_sandbox=True))


@pytest.fixture(scope="session")
def ours(world: World) -> SampleTenant:
    """Everything of another sandbox."""
    return sample_tenant.settled(world.tenant(is_sandbox=True))
