"""Shared: the running world. Everything else is made inside the test that needs it."""

from collections.abc import Iterator

import pytest

from tests import world as worlds
from tests.world import Client, World


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """One engine, one account, one issuer for the whole run; tenants keep tests apart."""
    with worlds.running() as started:
        yield started


@pytest.fixture
def acme(world: World) -> Client:
    """The administrator of a fresh tenant."""
    return world.tenant()
