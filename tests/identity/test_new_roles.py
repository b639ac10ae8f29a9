"""A role that is added to the product reaches the tenants that were founded before."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.access.roles import MEANINGS, Role
from chalicelib.events import heads
from chalicelib.identity import organization_roles
from infra import tenants
from infra.local.issuer_directory import Directory
from tests.events.feeds import stopped_clock
from tests.identity.people import Firm, address, founded, manage
from tests.world import Client, World

pytestmark = pytest.mark.long

NEW = Role.ANALYST
"""The role that did not exist when the tenants of these tests were founded."""


@pytest.fixture
def directory(world: World) -> Iterator[Directory]:
    """Keycloak before the operator has added the realm role."""
    directory = world.issuer.directory
    directory.realm_roles.remove(NEW.value)
    yield directory
    directory.realm_roles.add(NEW.value)


@pytest.fixture
def old_firms(world: World, directory: Directory, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Firm, Client]]:
    """Tenants that were founded before, and no others: the action passes by the many of other tests."""
    with monkeypatch.context() as before:
        before.setattr(organization_roles, "ROLES", tuple(role for role in Role if role is not NEW))
        firms = [founded(world) for _ in range(2)]
    ours, tenants = {house.id for house, _ in firms}, heads.tenants
    monkeypatch.setattr(heads, "tenants", lambda after="": (each for each in tenants(after) if each.id in ours))
    return firms


def add_roles(after: str = "") -> dict[str, Any]:
    """What the action answers."""
    answer: dict[str, Any] = manage("add_roles", after=after)
    return answer


def reported(answer: dict[str, object]) -> dict[str, list[str]]:
    """The roles that were added, by tenant."""
    found = answer["tenants"]
    assert isinstance(found, list)
    return {each["id"]: each["added"] for each in found}


def test_every_role_says_what_it_is_for() -> None:
    assert set(MEANINGS) == set(Role)
    assert all(MEANINGS.values())


def test_a_user_of_a_tenant_founded_earlier_gets_a_role_added_later(
    world: World, directory: Directory, old_firms: list[tuple[Firm, Client]]
) -> None:
    house, admin = old_firms[0]
    assert NEW.value not in house.organization.groups
    directory.realm_roles.add(NEW.value)
    done = add_roles()
    assert done["next"] is None
    assert reported(done) == {house.id: [NEW.value] for house, _ in old_firms}
    user, account = house.join(admin, address(), NEW.value)
    assert (user["sync"], user["roles"]) == ("done", [NEW.value])
    me = house.login(account).post("/v1/me/login").ok()
    assert me["roles"] == [NEW.value]
    assert "item.read" in me["permissions"]


def test_before_the_action_such_a_role_is_refused_and_not_given_in_silence(
    world: World, old_firms: list[tuple[Firm, Client]]
) -> None:
    house, admin = old_firms[0]
    user, _ = house.join(admin, address(), NEW.value)
    assert user["sync"] == "failed"


def test_adding_roles_again_changes_nothing(directory: Directory, old_firms: list[tuple[Firm, Client]]) -> None:
    directory.realm_roles.add(NEW.value)
    add_roles()
    groups = {house.id: dict(house.organization.groups) for house, _ in old_firms}
    again = reported(add_roles())
    assert again == {house.id: [] for house, _ in old_firms}
    assert {house.id: house.organization.groups for house, _ in old_firms} == groups


def test_a_role_that_the_realm_lacks_is_named_and_no_group_stays_without_its_role(
    directory: Directory, old_firms: list[tuple[Firm, Client]]
) -> None:
    answer = add_roles()
    assert answer["error"] == "realm_role_missing"
    assert NEW.value in answer["detail"]
    directory.realm_roles.add(NEW.value)
    add_roles()
    assert all(house.organization.groups[NEW.value] == [NEW.value] for house, _ in old_firms)


def test_after_an_outage_the_action_goes_on_where_it_stopped(
    world: World, directory: Directory, old_firms: list[tuple[Firm, Client]], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.realm_roles.add(NEW.value)
    first, second = sorted(house.id for house, _ in old_firms)
    ensure = organization_roles.ensure

    def failing(calls: organization_roles.AdminCalls, organization: str) -> list[str]:
        world.issuer.is_admin_down = organization >= second
        return ensure(calls, organization)

    with monkeypatch.context() as outage:
        outage.setattr(organization_roles, "ensure", failing)
        stopped = add_roles()
    world.issuer.is_admin_down = False
    assert stopped["error"] == "unavailable"
    assert (reported(stopped), stopped["next"]) == ({first: [NEW.value]}, first)
    assert reported(add_roles(first)) == {second: [NEW.value]}


def test_when_its_time_is_over_the_action_says_where_to_go_on(
    directory: Directory, old_firms: list[tuple[Firm, Client]], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.realm_roles.add(NEW.value)
    first, second = sorted(house.id for house, _ in old_firms)
    ensure = organization_roles.ensure
    with stopped_clock() as now, monkeypatch.context() as slowly:

        def ensure_for_an_hour(calls: organization_roles.AdminCalls, organization: str) -> list[str]:
            now.sleep(3600)
            return ensure(calls, organization)

        slowly.setattr(organization_roles, "ensure", ensure_for_an_hour)
        stopped = add_roles()
    assert stopped == {"tenants": [{"id": first, "added": [NEW.value], "refused": None}], "next": first}
    assert reported(add_roles(first)) == {second: [NEW.value]}


def test_a_tenant_whose_organization_is_gone_does_not_hold_up_the_others(
    world: World, directory: Directory, old_firms: list[tuple[Firm, Client]]
) -> None:
    directory.realm_roles.add(NEW.value)
    first, second = sorted(house.id for house, _ in old_firms)
    gone = directory.organizations.pop(first)
    try:
        done = {each["id"]: each for each in add_roles()["tenants"]}
    finally:
        directory.organizations[first] = gone
    assert done[first]["refused"] == 404
    assert done[second]["added"] == [NEW.value]


def test_the_operators_command_reports_each_tenant_and_goes_on_when_the_time_was_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers = iter(
        [
            {"tenants": [{"id": "a", "added": ["analyst"], "refused": None}], "next": "a"},
            {
                "tenants": [{"id": "b", "added": [], "refused": None}],
                "next": "b",
                "error": "unavailable",
                "detail": ".",
            },
        ]
    )
    events = []

    def ask(event: tenants.Event) -> tenants.Event:
        events.append(event)
        return next(answers)

    with pytest.raises(tenants.TenantsError, match="--after b"):
        tenants.add_roles(ask, tenants.event_of(tenants.parser().parse_args(["add-roles"])))
    assert [event["after"] for event in events] == ["", "a"]
    assert capsys.readouterr().out.splitlines() == ["a  analyst", "b  has every role"]
