"""One real Keycloak for all tests of this folder."""

import os
from collections.abc import Iterator

import pytest

from chalicelib.access import authorizer
from infra.local.failure import LocalFailureError
from infra.local.keycloak_download import keycloak
from tests.keycloak import realm as realms
from tests.keycloak.realm import Realm


@pytest.fixture(scope="session")
def downloaded() -> None:
    """Skips where Keycloak cannot be had; in CI that is a failure."""
    try:
        keycloak()
    except LocalFailureError as failure:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(failure))


@pytest.fixture(scope="session")
def running(downloaded: None) -> Iterator[Realm]:
    with realms.running() as started:
        yield started


@pytest.fixture
def realm(running: Realm, monkeypatch: pytest.MonkeyPatch) -> Realm:
    """The realm, trusted by a door that has never been opened."""
    for name, value in running.keycloak.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(authorizer, "_doors", {})
    return running
