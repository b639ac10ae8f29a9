"""Callers without a role, and commands that ask for more. Every role on every route: security/test_permission_page."""

from chalicelib.access.permissions import SELF
from tests.contract.asking import ask, body_for, required
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Client


def test_a_user_without_a_role_is_forbidden_everything_but_himself(ours: SampleTenant, routes: list[Operation]) -> None:
    nobody = Client(ours.client.world, ours.client.tenant, ())
    for operation in routes:
        if operation.endpoint.permission == SELF:
            body = body_for(operation, ours)
            reply = ask(operation, nobody, required(operation, ours, ours.ids), body)
            assert reply.status in (200, 201, 404), operation.name
        elif not operation.endpoint.is_public:
            reply = ask(operation, nobody, required(operation, ours, ours.ids), body_for(operation, ours))
            assert reply.refused(403, "forbidden"), operation.name


def test_a_part_of_a_command_that_needs_more_is_forbidden_too(ours: SampleTenant) -> None:
    warehouse = Client(ours.client.world, ours.client.tenant, ("warehouse",))
    assert warehouse.post("/v1/stock/check", {"repair": True}).refused(403, "forbidden")
    assert warehouse.post("/v1/stock/check", {"repair": False}).status == 202
