"""Tenants: made by the operator, described by their administrators, suspended and closed."""

import pytest

from chalicelib.access import access_state
from chalicelib.access.roles import Role
from tests.identity.people import MANAGE, Firm, address, founded, grow_old, manage
from tests.world import Client, World

pytestmark = pytest.mark.long


@pytest.fixture
def firm(world: World) -> tuple[Firm, Client]:
    return founded(world)


def test_a_new_tenant_has_an_organization_with_a_group_for_every_role(firm: tuple[Firm, Client]) -> None:
    assert firm[0].organization.groups == {role.value: [role.value] for role in Role}
    tenant = firm[1].get("/v1/tenant").ok()
    assert (tenant["id"], tenant["status"], tenant["name"]) == (firm[0].id, "active", firm[0].organization.name)


def test_making_a_tenant_again_changes_nothing_and_another_name_is_refused(world: World) -> None:
    event = {"name": "Twice", "alias": f"a{address()[1:9]}", "email": address()}
    first, again = manage("create", **event), manage("create", **event)
    assert first["tenant"]["id"] == again["tenant"]["id"]
    assert again["invited"] is None
    assert manage("create", **{**event, "name": "Somebody else"})["error"] == "already_exists"
    assert manage("create", **{**event, "email": address()})["error"] == "already_exists"
    invited = manage("invite", tenant=first["tenant"]["id"], email=address())
    assert invited["invited"] != first["invited"]


def test_a_slip_of_the_hand_suspends_nobody_and_makes_no_tenant(world: World) -> None:
    for action in ({"action": "step", "step": "suspend"}, {"action": "invite", "email": address()}, {"action": "show"}):
        assert MANAGE({**action, "tenant": "no-such-tenant"})["error"] == "not_found"
    assert "no-such-tenant" not in str(manage("show"))


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"action": "destroy"},
        {"action": "create", "name": "X", "alias": "Not An Alias", "email": "a@b.c"},
        {"action": "create", "name": "X", "alias": "ok"},
        {"action": "step", "tenant": "_platform", "step": "close"},
        {"action": "step", "tenant": "a#b", "step": "close"},
    ],
)
def test_an_event_that_makes_no_sense_is_refused_and_changes_nothing(world: World, event: dict[str, str]) -> None:
    assert MANAGE(event)["error"] == "invalid"


def test_settings_are_changed_field_by_field(firm: tuple[Firm, Client]) -> None:
    admin = firm[1]
    tenant = admin.get("/v1/tenant").ok()
    change = {
        "currency": "SEK",
        "time_zone": "Europe/Stockholm",
        "fiscal_year_start": 7,
        "rounding": "half_even",
        "addresses": [{"kind": "registered", "lines": ["Gata 1"], "city": "Lund", "country": "SE"}],
    }
    reply = admin.patch("/v1/tenant", change, etag=tenant["version"])
    assert {name: reply.ok()[name] for name in ("currency", "time_zone", "fiscal_year_start", "rounding")} == {
        name: change[name] for name in ("currency", "time_zone", "fiscal_year_start", "rounding")
    }
    assert admin.get("/v1/tenant").ok()["addresses"][0]["city"] == "Lund"
    admin.patch("/v1/tenant", {"currency": "EUR"}, etag=tenant["version"]).refused(412, "precondition_failed")
    problem = admin.patch("/v1/tenant", {"time_zone": "Mars/Olympus"}, etag=reply.etag).refused(422, "invalid")
    assert problem["errors"][0]["pointer"] == "/time_zone"


def test_a_new_tenant_has_defaults_until_its_settings_are_changed(acme: Client) -> None:
    tenant = acme.get("/v1/tenant").ok()
    assert (tenant["version"], tenant["currency"], tenant["time_zone"]) == (1, "EUR", "UTC")
    assert acme.patch("/v1/tenant", {"name": "Acme"}, etag=1).ok()["version"] == 2


def test_a_suspended_tenant_is_out_and_its_data_waits_until_it_is_resumed(
    world: World, firm: tuple[Firm, Client]
) -> None:
    house, admin = firm
    assert admin.get("/v1/items").status == 200
    grow_old(admin)
    assert manage("step", tenant=house.id, step="suspend")["tenant"]["status"] == "suspended"
    admin.post("/v1/users", {"email": address(), "roles": ["sales"]}).refused(403, "tenant_suspended")
    access_state.forget()
    admin.get("/v1/items").refused(403, "tenant_suspended")
    world.settle()
    assert not house.organization.is_enabled
    assert manage("step", tenant=house.id, step="suspend")["error"] == "transition_refused"
    manage("step", tenant=house.id, step="resume")
    world.settle()
    access_state.forget()
    assert house.organization.is_enabled
    admin.get("/v1/items").refused(401, "unauthorized")


def test_a_closed_tenant_stays_closed(world: World, firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    manage("step", tenant=house.id, step="close")
    access_state.forget()
    admin.get("/v1/items").refused(403, "tenant_suspended")
    assert manage("step", tenant=house.id, step="resume")["error"] == "transition_refused"
    assert {"id": house.id, "name": house.organization.name, "status": "closed"} in manage("show")["tenants"]
