"""Rules of access alone: nothing is stored here."""

import pytest

from chalicelib import modules
from chalicelib.access import expiry, permissions, scope
from chalicelib.access.roles import HUMAN_ONLY, MACHINE, MEANINGS, NAMES, OPERATIONS, READERS, Role, admin_and
from chalicelib.access.scope import Scope
from chalicelib.kernel.call import Call
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.errors import Forbidden
from chalicelib.kernel.tenant import Tenant

assert modules.MODULES


def caller(*roles: str, scope_ids: frozenset[str] | None = None) -> Call:
    return Call(Tenant("t-1"), "u-1", "r-1", roles=frozenset(roles), scope_ids=scope_ids)


@pytest.mark.parametrize(
    ("roles", "permission", "is_allowed"),
    [
        (("sales",), "sales_order.confirm", True),
        (("warehouse",), "sales_order.confirm", False),
        (("analyst", "warehouse"), "shipment.ship", True),
        ((), "item.read", False),
        (("unknown",), "item.read", False),
        (("admin",), "no.such.permission", False),
        ((), permissions.SELF, True),
    ],
)
def test_a_permission_is_held_through_one_of_the_roles(
    roles: tuple[str, ...], permission: str, is_allowed: bool
) -> None:
    assert permissions.is_allowed(frozenset(roles), permission) is is_allowed
    if is_allowed:
        permissions.require(caller(*roles), permission)
    else:
        with pytest.raises(Forbidden):
            permissions.require(caller(*roles), permission)


def test_an_administrator_holds_every_permission_and_no_one_else_does() -> None:
    declared = permissions.declared()
    assert all(Role.ADMIN in roles for roles in declared.values())
    for role in set(Role) - {Role.ADMIN}:
        assert any(role not in roles for roles in declared.values())


def test_a_new_permission_is_nobodys_until_a_role_is_named() -> None:
    declared = permissions._collected((Module("new", permissions={"new.read": frozenset()}),))
    assert declared == {"new.read": frozenset()}
    with pytest.raises(TypeError, match="a permission of another module"):
        permissions._collected((Module("new", permissions=declared), Module("other", permissions=declared)))


def test_roles_stand_in_one_place_each_with_its_meaning() -> None:
    assert set(MEANINGS) == set(Role)
    assert frozenset(str(role) for role in Role) == NAMES
    assert admin_and() == {Role.ADMIN}
    assert set(Role) >= OPERATIONS | READERS
    assert MACHINE not in HUMAN_ONLY


@pytest.mark.parametrize("limit", [frozenset(), frozenset({"wh_1"})])
def test_a_limited_caller_is_refused_what_cannot_be_cut(limit: frozenset[str]) -> None:
    for each in (Scope.ANY, Scope.FILTERED):
        scope.require(caller(scope_ids=limit), each)
    with pytest.raises(Forbidden):
        scope.require(caller(scope_ids=limit), Scope.UNRESTRICTED_ONLY)
    scope.require(caller(), Scope.UNRESTRICTED_ONLY)


@pytest.mark.parametrize(("parts", "is_seen"), [((), True), (("wh_1",), True), (("wh_1", "wh_2"), False)])
def test_a_limited_caller_sees_what_lies_in_his_parts_alone(parts: tuple[str, ...], is_seen: bool) -> None:
    assert caller(scope_ids=frozenset({"wh_1"})).sees(*parts) is is_seen
    assert caller().sees(*parts)


@pytest.mark.parametrize(("late", "is_over"), [(-1, False), (0, False), (29.9, False), (30, True), (31, True)])
def test_a_token_is_over_thirty_seconds_after_its_end(late: float, is_over: bool) -> None:
    assert expiry.is_over(1_000, 1_000 + late) is is_over
