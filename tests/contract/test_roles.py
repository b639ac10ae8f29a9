"""Every role on every route: exactly what the table of permissions says."""

import pytest

from chalicelib.access.permissions import SELF, is_allowed
from chalicelib.access.roles import Role
from tests.contract.asking import ask, body_for, required
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Client


def test_a_user_without_a_role_is_forbidden_everything_but_himself(ours: SampleTenant, routes: list[Operation]) -> None:
    nobody = Client(ours.client.world, ours.client.tenant, ())
    for operation in routes:
        if operation.endpoint.permission == SELF:
            assert nobody.get(operation.endpoint.path).status == 200
        elif not operation.endpoint.is_public:
            reply = ask(operation, nobody, required(operation, ours, ours.ids), body_for(operation, ours))
            assert reply.refused(403, "forbidden"), operation.name


@pytest.mark.parametrize("role", [str(role) for role in Role])
def test_each_role_may_do_exactly_what_the_table_of_permissions_says(
    ours: SampleTenant, routes: list[Operation], role: str
) -> None:
    client = Client(ours.client.world, ours.client.tenant, (role,))
    for operation in routes:
        if not operation.endpoint.is_public:
            # Nothing is changed: without its headers a command is refused after the permission was judged.
            reply = client.call(operation.method, operation.path(ours.ids) + "?surprise=1")
            allowed = is_allowed(frozenset({role}), operation.endpoint.permission)
            assert (reply.status != 403) is allowed, (operation.name, role, reply.status)
            assert reply.status in (400, 428) if allowed else reply.json["code"] == "forbidden"


def test_a_part_of_a_command_that_needs_more_is_forbidden_too(ours: SampleTenant) -> None:
    warehouse = Client(ours.client.world, ours.client.tenant, ("warehouse",))
    assert warehouse.post("/v1/stock/check", {"repair": True}).refused(403, "forbidden")
    assert warehouse.post("/v1/stock/check", {"repair": False}).status == 202
