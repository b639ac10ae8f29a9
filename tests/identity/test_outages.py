"""Keycloak is down: what an administrator wants is written down, counts here at once, and is done later."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.access import access_state
from chalicelib.identity import admin_api, keycloak, keycloak_retry
from chalicelib.kernel import clock
from tests.identity.people import Firm, address, founded, manage, settled_at_last
from tests.world import Client, World

pytestmark = pytest.mark.long


@pytest.fixture
def firm(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[Firm, Client]:
    # Longer than a worker waits by itself, so that the job goes back to its queue.
    monkeypatch.setattr(keycloak_retry, "RETRY_SECONDS", 2.5)
    return founded(world)


@pytest.fixture
def outage(world: World) -> Iterator[Any]:
    """Turns Keycloak's admin API off and on."""

    def turn(*, is_down: bool) -> None:
        world.issuer.is_admin_down = is_down

    yield turn
    turn(is_down=False)


def test_a_user_disabled_during_an_outage_is_out_at_once_and_disabled_in_keycloak_afterwards(
    world: World, firm: tuple[Firm, Client], outage: Any
) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales")
    client = house.login(account)
    outage(is_down=True)
    pending = admin.post(f"/v1/users/{user['id']}/disable", etag=user["version"])
    assert (pending.status, pending.ok()["sync"]) == (202, "pending")
    access_state.forget()
    client.get("/v1/items").refused(403, "user_disabled")
    world.settle()
    waiting = admin.get(f"/v1/jobs/{pending.ok()['job_id']}").ok()
    assert (waiting["state"], waiting["report"]) == ("running", {"waiting_for": "keycloak"})
    assert account.is_enabled
    outage(is_down=False)
    assert settled_at_last(admin, user)["sync"] == "done"
    assert not account.is_enabled


def test_who_logs_in_during_an_outage_is_shown_as_he_was(world: World, firm: tuple[Firm, Client], outage: Any) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales")
    outage(is_down=True)
    admin_api.forget()
    later = int(clock.now().timestamp()) + 5
    me = house.login(account, iat=later, auth_time=later).post("/v1/me/login").ok()
    assert me["user"]["id"] == user["id"]


def test_who_logs_in_for_the_first_time_during_an_outage_has_no_record_yet(
    world: World, firm: tuple[Firm, Client], outage: Any
) -> None:
    house, admin = firm
    email = address()
    admin.post("/v1/users", {"email": email, "roles": ["sales"]}).ok()
    world.settle()
    account = house.accept(email)
    outage(is_down=True)
    assert house.login(account).post("/v1/me/login").ok()["user"] is None
    outage(is_down=False)
    assert house.login(account).post("/v1/me/login").ok()["user"]["status"] == "active"


def test_a_change_during_the_following_is_followed_too(
    world: World, firm: tuple[Firm, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales")
    user = admin.patch(f"/v1/users/{user['id']}", {"roles": ["analyst"]}, etag=user["version"]).ok()
    join, changed = keycloak.join, []

    def late(*arguments: Any) -> None:
        join(*arguments)
        if not changed:
            changed.append(True)
            admin.patch(f"/v1/users/{user['id']}", {"roles": ["warehouse"]}, etag=user["version"]).ok()

    monkeypatch.setattr(keycloak, "join", late)
    world.settle()
    assert house.organization.members[account.sub] == ["warehouse"]
    assert admin.get(f"/v1/users/{user['id']}").ok()["sync"] == "done"


def test_a_secret_is_rotated_without_a_failed_request(world: World, firm: tuple[Firm, Client]) -> None:
    _, admin = firm
    old = world.issuer.admin_secret()
    new = {**old, "secrets": ["the-new-secret-of-novex-admin", *old["secrets"]]}
    states = []
    for step in ("stored", "rotated", "dropped"):
        if step == "stored":
            world.aws.keep_secret("keycloak-admin", new)
        elif step == "rotated":
            world.issuer.rotate_admin_secret("the-new-secret-of-novex-admin")
        else:
            world.aws.keep_secret("keycloak-admin", world.issuer.admin_secret())
        user = admin.post("/v1/users", {"email": address(), "roles": ["sales"]}).ok()
        world.settle()
        states.append(admin.get(f"/v1/users/{user['id']}").ok()["sync"])
    assert states == ["done", "done", "done"]


def test_what_keycloak_will_never_take_is_shown_as_failed(
    world: World, firm: tuple[Firm, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise admin_api.Refused(400)

    monkeypatch.setattr(keycloak, "create_account", refuse)
    _, admin = firm
    user = admin.post("/v1/users", {"email": address(), "roles": ["sales"]}).ok()
    world.settle()
    assert admin.get(f"/v1/users/{user['id']}").ok()["sync"] == "failed"
    assert admin.get(f"/v1/jobs/{user['job_id']}").ok()["error"] == "refused_by_keycloak"


def test_the_operator_is_told_to_send_it_again(world: World, firm: tuple[Firm, Client], outage: Any) -> None:
    outage(is_down=True)
    admin_api.forget()
    answer = manage("create", name="Late", alias="late-one", email=address())
    assert answer["error"] == "unavailable"
    outage(is_down=False)
    assert manage("create", name="Late", alias="late-one", email=address())["tenant"]["name"] == "Late"
