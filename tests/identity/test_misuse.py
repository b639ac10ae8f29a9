"""Ways around the rules for users, and races between those who change them."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.access import access_state
from chalicelib.identity import admin_api, keycloak
from chalicelib.identity.users import service
from tests.identity.people import Firm, address, founded, settled_at_last
from tests.identity.test_users import changed, followed
from tests.world import Client, World

pytestmark = pytest.mark.long


@pytest.fixture
def firm(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[Firm, Client]:
    monkeypatch.setattr(service, "MAIL_PAUSE", timedelta(0))
    return founded(world)


def test_who_never_asks_who_he_is_has_no_role_and_so_no_way_around_a_limit(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house, admin = firm
    email = address()
    warehouse = admin.post("/v1/warehouses", {"code": "W1", "name": "W"}).ok()["id"]
    user = followed(world, admin, admin.post("/v1/users", {"email": email, "roles": ["warehouse"]}).ok())
    changed(admin, user, "limit-to-warehouses", {"warehouses": [warehouse]})
    world.settle()
    account = house.accept(email)
    assert house.organization.members[account.sub] == []
    house.login(account).get("/v1/warehouses").refused(403, "forbidden")
    house.login(account).post("/v1/me/login").ok()
    world.settle()
    access_state.forget()
    assert house.login(account).post("/v1/me/login").ok()["warehouses"] == [warehouse]


def test_a_late_job_does_not_bring_back_what_a_newer_one_took(
    world: World, firm: tuple[Firm, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales")
    user = changed(admin, user, body={"roles": ["sales", "admin"]})
    join, seen = keycloak.join, []

    def late(*arguments: Any) -> None:
        """While this job is about to join, the roles are taken back, and another job follows to the end."""
        if not seen:
            seen.append(True)
            changed(admin, user, body={"roles": ["sales"]})
            newer = admin.get(f"/v1/users/{user['id']}").ok()
            from chalicelib.identity.users import sync
            from chalicelib.jobs import service as jobs
            from chalicelib.kernel.call import Call
            from chalicelib.kernel.tenant import Tenant

            call = Call.system(Tenant(house.id), "jobs")
            assert sync.sync(call, jobs.read(call, newer["job_id"])).done
        join(*arguments)

    monkeypatch.setattr(keycloak, "join", late)
    world.settle()
    settled = admin.get(f"/v1/users/{user['id']}").ok()
    assert (settled["roles"], settled["sync"]) == (["sales"], "done")
    assert house.organization.members[account.sub] == ["sales"]


def test_a_role_that_was_taken_away_does_not_count_though_keycloak_still_gives_it(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "admin", "sales")
    world.issuer.is_admin_down = True
    try:
        changed(admin, user, body={"roles": ["sales"]})
        access_state.forget()
        old = house.login(account)
        assert old.get("/v1/sales-orders").status == 200
        old.post("/v1/users", {"email": address(), "roles": ["admin"]}).refused(403, "forbidden")
        assert old.post("/v1/me/login").ok()["roles"] == ["sales"]
    finally:
        world.issuer.is_admin_down = False


def test_of_two_administrators_who_shut_each_other_out_one_stays(world: World, firm: tuple[Firm, Client]) -> None:
    house, first = firm
    other, account = house.join(first, address(), "admin")
    second = house.login(account)
    me = first.post("/v1/me/login").ok()["user"]
    statuses: list[int] = []

    def disable(by: Client, whom: Any) -> None:
        statuses.append(by.post(f"/v1/users/{whom['id']}/disable", etag=whom["version"]).status)

    both = [threading.Thread(target=disable, args=pair) for pair in ((first, other), (second, me))]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(statuses) == [202, 403]


def test_an_invitation_to_the_new_address_of_a_user_touches_neither_him_nor_his_account(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "analyst", "warehouse")
    account.email = address()
    invited = followed(world, admin, admin.post("/v1/users", {"email": account.email, "roles": ["sales"]}).ok())
    assert sorted(house.organization.members[account.sub]) == ["analyst", "warehouse"]
    followed(world, admin, changed(admin, invited, "remove"))
    assert world.issuer.directory.accounts[account.sub] is account
    assert sorted(house.organization.members[account.sub]) == ["analyst", "warehouse"]
    assert admin.get(f"/v1/users/{user['id']}").ok()["status"] == "active"


def test_an_address_that_only_looks_alike_takes_no_invitation(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    user = followed(world, admin, admin.post("/v1/users", {"email": "gro\u00df@example.com", "roles": ["admin"]}).ok())
    _, stranger = house.join(admin, address(), "sales")
    stranger.email = "gross@example.com"
    later = int(access_state.clock.wall()) + 5
    house.login(stranger, iat=later, auth_time=later).post("/v1/me/login").ok()
    assert admin.get(f"/v1/users/{user['id']}").ok()["subject"] is None


def test_an_account_that_one_tenant_disabled_is_opened_for_another_that_has_it_too(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house, admin = firm
    other, other_admin = founded(world)
    email = address()
    user, account = house.join(admin, email, "sales")
    followed(world, admin, changed(admin, user, "disable"))
    assert not account.is_enabled
    other_admin.post("/v1/users", {"email": email, "roles": ["warehouse"]}).ok()
    world.settle()
    other.accept(email)
    other.login(account).post("/v1/me/login").ok()
    world.settle()
    assert account.is_enabled
    access_state.forget()
    assert other.login(account).get("/v1/items").status == 200
    house.login(account).get("/v1/items").refused(403, "user_disabled")


def test_a_mail_that_cannot_be_sent_ends_as_failed_and_can_be_tried_again(
    world: World, firm: tuple[Firm, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, admin = firm

    def no_mail(*_: Any) -> None:
        raise admin_api.Refused(500)

    with monkeypatch.context() as broken:
        broken.setattr(keycloak, "send_welcome", no_mail)
        user = followed(world, admin, admin.post("/v1/users", {"email": address(), "roles": ["sales"]}).ok())
        assert user["sync"] == "failed"
    user = followed(world, admin, changed(admin, user, "invite-again"))
    assert (user["sync"], world.issuer.directory.written_to.count(user["email"])) == ("done", 1)


def test_a_refusal_is_noted_though_the_user_was_limited_meanwhile(
    world: World, firm: tuple[Firm, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, admin = firm
    warehouse = admin.post("/v1/warehouses", {"code": "W1", "name": "W"}).ok()["id"]
    user = admin.post("/v1/users", {"email": address(), "roles": ["sales"]}).ok()

    def refuse(*_: Any) -> None:
        changed(admin, user, "limit-to-warehouses", {"warehouses": [warehouse]})
        raise admin_api.Refused(400)

    monkeypatch.setattr(keycloak, "create_account", refuse)
    world.settle()
    assert admin.get(f"/v1/users/{user['id']}").ok()["sync"] == "failed"


def test_a_removal_that_keycloak_refused_can_be_tried_again(
    world: World, firm: tuple[Firm, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales")

    def refuse(*_: Any) -> None:
        raise admin_api.Refused(409)

    with monkeypatch.context() as broken:
        broken.setattr(keycloak, "end_membership", refuse)
        user = followed(world, admin, changed(admin, user, "remove"))
    assert (user["status"], user["sync"], user["allowed_transitions"]) == ("removed", "failed", ["remove"])
    house.login(account).get("/v1/items").refused(403, "user_disabled")
    user = followed(world, admin, changed(admin, user, "remove"))
    assert (user["sync"], user["email"], user["allowed_transitions"]) == ("done", None, [])
    assert account.sub not in house.organization.members


def test_a_crash_after_the_account_was_made_leaves_one_that_the_next_try_takes_up(
    world: World, firm: tuple[Firm, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, admin = firm
    add_member, crashed = keycloak.add_member, []

    def crash_once(*arguments: Any) -> None:
        if not crashed:
            crashed.append(True)
            raise admin_api.Unavailable("crashed")
        add_member(*arguments)

    monkeypatch.setattr(keycloak, "add_member", crash_once)
    monkeypatch.setattr("chalicelib.identity.keycloak_retry.RETRY_SECONDS", 2.5)
    email = address()
    user = settled_at_last(admin, admin.post("/v1/users", {"email": email, "roles": ["sales"]}).ok())
    assert (user["sync"], house.organization.invitations) == ("done", {})
    followed(world, admin, changed(admin, user, "remove"))
    assert world.issuer.directory.by_email(email) is None


def test_who_was_removed_a_moment_ago_leaves_no_ghost(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales")
    client = house.login(account)
    assert client.get("/v1/items").status == 200
    world.issuer.is_admin_down = True
    try:
        changed(admin, user, "remove")
        client.post("/v1/me/login").refused(403, "user_disabled")
    finally:
        world.issuer.is_admin_down = False
    assert len(admin.get("/v1/users?status=active").ok()["data"]) == 1
