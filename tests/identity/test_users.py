"""Users: what an administrator wants, what Keycloak then has, and whom the door lets in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.access import access_state
from chalicelib.identity.users import service
from chalicelib.kernel import clock
from tests.identity.people import Firm, address, founded, grow_old
from tests.world import Client, World

pytestmark = pytest.mark.long


@pytest.fixture
def firm(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[Firm, Client]:
    monkeypatch.setattr(service, "MAIL_PAUSE", timedelta(0))
    return founded(world)


def changed(admin: Client, user: Any, step: str = "", body: Any = None) -> Any:
    """The user after a step, or after a PATCH."""
    path = f"/v1/users/{user['id']}"
    if step:
        return admin.post(f"{path}/{step}", body, etag=user["version"]).ok()
    return admin.patch(path, body, etag=user["version"]).ok()


def followed(world: World, admin: Client, user: Any) -> Any:
    """The user when Keycloak has followed."""
    world.settle()
    access_state.forget()
    return admin.get(f"/v1/users/{user['id']}").ok()


def test_the_first_administrator_is_made_with_the_tenant_and_reads_who_he_is(firm: tuple[Firm, Client]) -> None:
    me = firm[1].post("/v1/me/login").ok()
    assert (me["tenant"], me["kind"], me["roles"], me["warehouses"]) == (firm[0].id, "user", ["admin"], None)
    assert {"user.write", "item.write"} <= set(me["permissions"])
    assert (me["user"]["status"], me["user"]["sync"], me["user"]["roles"]) == ("active", "done", ["admin"])
    assert me["user"]["subject"] == me["subject"]


def test_a_person_is_invited_accepts_and_works_with_the_roles_given(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    email = address()
    reply = admin.post("/v1/users", {"email": email, "given_name": "Ida", "family_name": "Lund", "roles": ["sales"]})
    assert reply.status == 202
    invited = reply.ok()
    assert (invited["status"], invited["sync"], invited["subject"]) == ("invited", "pending", None)
    assert reply.header("location") == f"/v1/jobs/{invited['job_id']}"
    invited = followed(world, admin, invited)
    assert (invited["sync"], invited["job_id"]) == ("done", None)
    account = house.accept(email)
    first = house.login(account)
    first.get("/v1/items").refused(403, "forbidden")
    grow_old(first)
    logged_in = first.post("/v1/me/login").ok()
    assert (logged_in["roles"], logged_in["user"]["id"], logged_in["user"]["sync"]) == ([], invited["id"], "pending")
    assert (logged_in["user"]["given_name"], logged_in["user"]["email"]) == ("Ida", email)
    assert followed(world, admin, invited)["sync"] == "done"
    assert house.organization.members[account.sub] == ["sales"]
    assert house.login(account).get("/v1/items").status == 200
    first.post("/v1/me/login").refused(401, "unauthorized")


def test_an_invitation_is_answered_alike_for_known_and_unknown_addresses(
    world: World, firm: tuple[Firm, Client]
) -> None:
    _, admin = firm
    other, other_admin = founded(world)
    known = address()
    other.join(other_admin, known, "sales")
    answers = []
    for email in (known, address()):
        user = admin.post("/v1/users", {"email": email, "roles": ["warehouse"]}).ok()
        settled = followed(world, admin, user)
        again = followed(world, admin, changed(admin, settled, "invite-again"))
        told = admin.get(f"/v1/disclosures?about={user['id']}").ok()["data"]
        job = admin.get(f"/v1/jobs/{user['job_id']}").ok()
        differs = {"id", "email", "job_id", "created_at", "updated_at", "at", "about", "request_id", "entity_id"}
        answers.append(
            [{k: v for k, v in each.items() if k not in differs} for each in (user, settled, again, job, *told)]
        )
    assert answers[0] == answers[1]
    assert len(answers[0]) == 6


def test_somebody_else_cannot_take_an_invitation(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    email = address()
    invited = admin.post("/v1/users", {"email": email, "roles": ["admin"]}).ok()
    world.settle()
    _, stranger = house.join(admin, address(), "sales")
    house.login(stranger).post("/v1/me/login").ok()
    assert admin.get(f"/v1/users/{invited['id']}").ok()["subject"] is None


def test_an_address_is_in_a_tenant_once(firm: tuple[Firm, Client]) -> None:
    email = address()
    firm[1].post("/v1/users", {"email": email, "roles": ["sales"]}).ok()
    again = firm[1].post("/v1/users", {"email": email.upper(), "roles": ["sales"]})
    assert again.refused(409, "already_exists")["errors"][0]["pointer"] == "/email"


@pytest.mark.parametrize("roles", [[], ["owner"], ["sales", "sales"], ["automation"]])
def test_roles_that_nobody_can_be_given_are_refused(firm: tuple[Firm, Client], roles: list[str]) -> None:
    problem = firm[1].post("/v1/users", {"email": address(), "roles": roles}).refused(422, "invalid")
    assert problem["errors"][0]["pointer"].startswith("/roles")


def test_a_change_of_roles_ends_the_tokens_of_before_and_reaches_keycloak(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales", "analyst")
    before = house.login(account)
    assert before.get("/v1/sales-orders").status == 200
    grow_old(before)
    user = changed(admin, user, body={"roles": ["warehouse"]})
    access_state.forget()
    before.get("/v1/items").refused(401, "unauthorized")
    assert followed(world, admin, user)["sync"] == "done"
    assert house.organization.members[account.sub] == ["warehouse"]


def test_a_disabled_user_is_out_at_once_and_comes_back(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "admin")
    client = house.login(account)
    assert client.get("/v1/items").status == 200
    user = changed(admin, user, "disable")
    client.post("/v1/users", {"email": address(), "roles": ["sales"]}).refused(403, "user_disabled")
    user = followed(world, admin, user)
    assert (user["status"], user["sync"]) == ("disabled", "done")
    house.login(account).get("/v1/items").refused(403, "user_disabled")
    assert (account.is_enabled, house.organization.members[account.sub]) == (False, [])
    user = followed(world, admin, changed(admin, user, "enable"))
    assert (account.is_enabled, house.organization.members[account.sub]) == (True, ["admin"])
    assert house.login(account).get("/v1/items").status == 200


def test_what_an_administrator_decides_counts_at_once_in_the_process_that_stored_it(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales")
    client = house.login(account)
    assert client.get("/v1/items").status == 200
    user = changed(admin, user, "disable")
    client.get("/v1/items").refused(403, "user_disabled")
    world.settle()
    house.login(account).get("/v1/items").refused(403, "user_disabled")
    changed(admin, admin.get(f"/v1/users/{user['id']}").ok(), "enable")
    house.login(account).get("/v1/items").refused(403, "forbidden")
    world.settle()
    assert house.login(account).get("/v1/items").status == 200


def test_an_account_that_two_tenants_have_is_touched_by_neither(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    other, other_admin = founded(world)
    email = address()
    user, account = house.join(admin, email, "sales")
    theirs, same = other.join(other_admin, email, "warehouse")
    assert same is account
    user = followed(world, admin, changed(admin, user, body={"given_name": "Mine"}))
    assert account.given_name != "Mine"
    user = followed(world, admin, changed(admin, user, "disable"))
    assert (account.is_enabled, house.organization.members[account.sub]) == (True, [])
    assert other.login(account).get("/v1/items").status == 200
    followed(world, admin, changed(admin, user, "remove"))
    assert account.sub not in house.organization.members
    assert world.issuer.directory.accounts[account.sub] is account
    followed(world, other_admin, changed(other_admin, theirs, "remove"))
    assert account.sub not in world.issuer.directory.accounts


def test_a_removed_user_is_forgotten_but_for_the_name_and_can_be_invited_again(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house, admin = firm
    email = address()
    user, account = house.join(admin, email, "sales")
    client = house.login(account)
    user = changed(admin, user, "remove")
    access_state.forget()
    client.get("/v1/items").refused(403, "user_disabled")
    gone = followed(world, admin, user)
    assert (gone["status"], gone["email"], gone["allowed_transitions"]) == ("removed", None, [])
    assert gone["given_name"] is not None
    again, _ = house.join(admin, email, "purchasing")
    assert (again["status"], again["roles"]) == ("active", ["purchasing"])
    assert again["id"] != user["id"]


def test_who_was_invited_is_not_written_to_again_and_again(world: World) -> None:
    _, admin = founded(world)
    user = followed(world, admin, admin.post("/v1/users", {"email": address(), "roles": ["sales"]}).ok())
    admin.post(f"/v1/users/{user['id']}/invite-again", etag=user["version"]).refused(409, "quota_reached")


def test_a_tenant_invites_only_so_many_in_a_day(
    world: World, firm: tuple[Firm, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "INVITATIONS", replace(service.INVITATIONS, most=3))
    made = [firm[1].post("/v1/users", {"email": address(), "roles": ["sales"]}).status for _ in range(4)]
    # One is the administrator's own.
    assert made == [202, 202, 409, 409]


def known(world: World) -> str:
    """The address of somebody who works in another tenant."""
    other, admin = founded(world)
    email = address()
    other.join(admin, email, "sales")
    return email


def test_an_invitation_is_withdrawn_with_its_user_and_can_be_sent_anew(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    user = followed(world, admin, admin.post("/v1/users", {"email": known(world), "roles": ["sales"]}).ok())
    (first,) = house.organization.invitations
    user = followed(world, admin, changed(admin, user, "invite-again"))
    (second,) = house.organization.invitations
    assert first != second
    followed(world, admin, changed(admin, user, "remove"))
    assert house.organization.invitations == {}


def test_an_account_that_was_made_for_an_invitation_goes_with_it(world: World, firm: tuple[Firm, Client]) -> None:
    _, admin = firm
    email, directory = address(), world.issuer.directory
    user = followed(world, admin, admin.post("/v1/users", {"email": email, "roles": ["sales"]}).ok())
    user = followed(world, admin, changed(admin, user, body={"roles": ["analyst"]}))
    assert directory.written_to.count(email) == 1
    user = followed(world, admin, changed(admin, user, "invite-again"))
    assert directory.written_to.count(email) == 2
    followed(world, admin, changed(admin, user, "remove"))
    assert directory.by_email(email) is None


def test_a_removal_that_follows_late_leaves_a_newer_invitation_alone(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    email = known(world)
    user = followed(world, admin, admin.post("/v1/users", {"email": email, "roles": ["sales"]}).ok())
    changed(admin, user, "remove")
    anew = admin.post("/v1/users", {"email": email, "roles": ["analyst"]}).ok()
    assert followed(world, admin, anew)["sync"] == "done"
    assert [each.email for each in house.organization.invitations.values()] == [email]


@pytest.mark.parametrize("step", ["disable", "remove"])
def test_nobody_shuts_out_himself(firm: tuple[Firm, Client], step: str) -> None:
    me = firm[1].post("/v1/me/login").ok()["user"]
    firm[1].post(f"/v1/users/{me['id']}/{step}", etag=me["version"]).refused(409, "conflict")
    firm[1].patch(f"/v1/users/{me['id']}", {"roles": ["sales"]}, etag=me["version"]).refused(409, "conflict")


def test_a_step_that_a_user_cannot_take_names_those_that_he_can(firm: tuple[Firm, Client]) -> None:
    user = firm[1].post("/v1/users", {"email": address(), "roles": ["sales"]}).ok()
    problem = firm[1].post(f"/v1/users/{user['id']}/enable", etag=user["version"]).refused(409, "transition_refused")
    assert problem["allowed_transitions"] == ["update", "limit-to-warehouses", "invite-again", "remove"]


def test_users_are_found_by_status_address_and_subject(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales")
    for query in (f"email={user['email']}", f"subject={account.sub}"):
        assert [each["id"] for each in admin.get(f"/v1/users?{query}").ok()["data"]] == [user["id"]]
    assert len(admin.get("/v1/users?status=active").ok()["data"]) == 2
    assert admin.get("/v1/users?status=disabled").ok()["data"] == []
    assert admin.get(f"/v1/users?email={address()}").ok()["data"] == []


def test_who_was_made_a_member_in_keycloak_gets_a_record_at_the_first_login(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house = firm[0]
    other, other_admin = founded(world)
    _, account = other.join(other_admin, address(), "sales")
    house.organization.members[account.sub] = ["warehouse", "analyst"]
    me = house.login(account).post("/v1/me/login").ok()
    assert (me["user"]["status"], me["user"]["roles"], me["user"]["email"]) == (
        "active",
        ["analyst", "warehouse"],
        account.email,
    )


def test_a_name_that_its_owner_changes_is_taken_over_at_the_next_login(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales")
    account.given_name, account.email = "Renamed", address()
    later = int(clock.now().timestamp()) + 5
    me = house.login(account, iat=later, auth_time=later).post("/v1/me/login").ok()
    assert (me["user"]["given_name"], me["user"]["email"]) == ("Renamed", account.email)
    assert [each["id"] for each in admin.get(f"/v1/users?email={account.email}").ok()["data"]] == [user["id"]]
    assert admin.get(f"/v1/users?email={user['email']}").ok()["data"] == []


def test_a_member_who_left_in_keycloak_is_removed_here_when_keycloak_is_asked_to_follow(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "sales")
    del house.organization.members[account.sub]
    user = followed(world, admin, changed(admin, user, body={"roles": ["analyst"]}))
    assert (user["status"], user["sync"], user["email"]) == ("removed", "done", None)


def test_a_user_limited_to_a_warehouse_sees_it_in_his_record_and_is_limited(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house, admin = firm
    user, account = house.join(admin, address(), "warehouse")
    mine, other = (admin.post("/v1/warehouses", {"code": f"W{n}", "name": "W"}).ok()["id"] for n in (1, 2))
    path = f"/v1/users/{user['id']}/limit-to-warehouses"
    unknown = "wh_01aaaaaaaaaaaaaaaaaaaaaaaa"
    problem = admin.post(path, {"warehouses": [mine, unknown, mine]}, etag=user["version"]).refused(422, "invalid")
    assert {error["pointer"] for error in problem["errors"]} == {"/warehouses/1", "/warehouses/2"}
    user = admin.post(path, {"warehouses": [mine]}, etag=user["version"]).ok()
    access_state.forget()
    limited = house.login(account, iat=int(clock.now().timestamp()) + 1)
    assert limited.post("/v1/me/login").ok()["warehouses"] == [mine]
    assert limited.get(f"/v1/warehouses/{mine}").status == 200
    limited.get(f"/v1/warehouses/{other}").refused(404, "not_found")
    user = admin.get(f"/v1/users/{user['id']}").ok()
    user = admin.post(path, {"warehouses": None}, etag=user["version"]).ok()
    assert user["warehouses"] is None


def test_what_is_told_to_keycloak_is_in_the_disclosure_log_without_its_values(
    world: World, firm: tuple[Firm, Client]
) -> None:
    admin = firm[1]
    email = address()
    user = followed(
        world, admin, admin.post("/v1/users", {"email": email, "given_name": "Zoltan", "roles": ["sales"]}).ok()
    )
    page = admin.get(f"/v1/disclosures?about={user['id']}").ok()
    (row,) = page["data"]
    assert (row["fields"], row["recipient"], row["about"]) == (["email", "firstName"], "keycloak", user["id"])
    assert email not in str(page) and "Zoltan" not in str(page)
