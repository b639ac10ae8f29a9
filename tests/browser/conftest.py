"""One browser for the tests of a file, and the API that it calls, over HTTP."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from infra.local.server import serve
from tests.browser import chromium
from tests.world import World


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with the file, because other tests could not have an event loop of their own while it runs."""
    with chromium.running() as started:
        yield started


@pytest.fixture(scope="module")
def served(world: World) -> Iterator[str]:
    """The URL of the API, as browsers reach it."""
    with serve(world.gateway) as server:
        yield server.url
