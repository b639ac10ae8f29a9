"""Shared: the running world, and the order of the tests. Everything else is made inside the test that needs it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from tests import world as worlds
from tests.world import Client, World

# The same examples in every run, and no complaint about a slow machine.
settings.register_profile(
    "novex", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("novex")


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """One engine, one account, one issuer for the whole run; tenants keep tests apart."""
    with worlds.running() as started:
        yield started


@pytest.fixture
def acme(world: World) -> Client:
    """The administrator of a fresh tenant."""
    return world.tenant()


@pytest.fixture(autouse=True, scope="module")
def lost_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a file leaves in the streams is lost: it would keep the next test that settles busy."""
    items = (item for item in request.session.items if item.path == request.path)
    uses_world = any("world" in getattr(item, "fixturenames", ()) for item in items)
    world: World | None = request.getfixturevalue("world") if uses_world else None
    yield
    if world is not None:
        world.lose_events()


class OneKeycloak(LoadFileScheduling):
    """A file's tests stay together, and all that need the real Keycloak too: each process would start its own."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/keycloak" if nodeid.startswith("tests/keycloak/") else super()._split_scope(nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files begin first, then those with many tests: whatever is long and begins last keeps one process alone."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.get_closest_marker("long") is None, -tests[item.path]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Takes the place of the scheduler of `--dist loadfile`, and hands the files out in our order."""
    config.option.loadscopereorder = False
    return OneKeycloak(config, log) if config.getvalue("dist") == "loadfile" else None
