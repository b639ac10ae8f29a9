"""Who may call what is what a person has reviewed, line by line."""

from chalicelib.access import permissions
from chalicelib.access.roles import Role
from tests.contract.operations import Operation
from tests.security import reviewed


def test_every_route_asks_what_was_reviewed_and_nothing_else(routes: list[Operation]) -> None:
    now = reviewed.rendered(operation.endpoint for operation in routes)
    assert reviewed.FILE.read_text() == now, "review, then run: python -m tests.security.reviewed"


def test_every_permission_opens_a_route_or_is_asked_for_inside_one(routes: list[Operation]) -> None:
    endpoints = [operation.endpoint for operation in routes]
    asked = {endpoint.permission for endpoint in endpoints}
    asked |= {extra.permission for endpoint in endpoints for extra in endpoint.extra_permissions}
    asked |= {permission for endpoint in endpoints for permission in endpoint.hidden_without}
    assert permissions.declared().keys() <= asked


def test_only_who_is_in_charge_may_do_what_is_dangerous(routes: list[Operation]) -> None:
    dangerous = [operation.endpoint for operation in routes if operation.endpoint.dangerous]
    assert len(dangerous) >= 5
    own = {endpoint.name for endpoint in dangerous if endpoint.permission == permissions.SELF}
    # They prove who the caller is, and open nothing of others.
    assert own == {"confirm_own_login", "fetch_own_privacy_package"}
    others = [endpoint for endpoint in dangerous if endpoint.permission != permissions.SELF]
    allowed = {endpoint.name: permissions.declared()[endpoint.permission] for endpoint in others}
    shared = {name for name, roles in allowed.items() if roles != {Role.ADMIN}}
    # What a person's request asks for is the privacy officer's work; everything else is the administrator's alone.
    assert shared == {"erase_person", "fetch_person_data"}
    assert {role for name in shared for role in allowed[name]} == {Role.ADMIN, Role.PRIVACY_OFFICER}
