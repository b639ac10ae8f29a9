"""An organization that somebody made in Keycloak is no tenant: only the operator's command makes one."""

import json
import uuid

import pytest

from chalicelib import modules
from chalicelib.access import access_state
from chalicelib.audit.access_log.tables import AccessLogEntry
from chalicelib.events import heads
from chalicelib.identity.tenants import service
from chalicelib.kernel.tenant import Tenant
from infra.local.meter import Meter
from tests.contract.asking import is_problem
from tests.contract.operations import operations
from tests.contract.watching import access_log, rows, scanned
from tests.world import Client, World


@pytest.fixture
def stranger(world: World) -> Client:
    """The administrator of an organization that was made by hand."""
    access_state.forget()
    return Client(world, world.issuer.directory.found(str(uuid.uuid4())).id)


def stored_of(client: Client) -> list[str]:
    """Everything in any table that names the tenant, but for the lines of the access log."""
    tables = [model for model in modules.tables() if model is not AccessLogEntry]
    items = [json.dumps(item, default=str) for model in tables for item in rows(model, client)]
    return [item for item in items if client.tenant in item]


def test_no_route_lets_in_the_people_of_an_organization_that_is_no_tenant_and_nothing_is_written(
    stranger: Client,
) -> None:
    before = len(stranger.world.access_lines)
    asked = [operation for operation in operations() if not operation.endpoint.is_public]
    for operation in asked:
        path = operation.endpoint.path.replace("{", "").replace("}", "")
        reply = stranger.call(operation.method, path, {}, operation.headers("k"))
        is_problem(reply, 403, "tenant_unknown")
    lines = access_log(stranger.world, before)
    assert len(lines) == len(asked) > 70
    assert {line["partition"].partition("#")[0] for line in lines} == {"_platform"}
    assert stored_of(stranger) == []
    assert stranger.tenant not in [tenant.id for tenant in heads.tenants()]
    assert not [row for row in scanned(AccessLogEntry) if row.partition.startswith(stranger.tenant)]


def test_an_organization_that_is_no_tenant_costs_one_read_in_half_a_minute(stranger: Client) -> None:
    with Meter(modules.tables()).measure() as bill:
        for _ in range(20):
            stranger.get("/v1/items").refused(403, "tenant_unknown")
    assert (bill.reads, bill.transactions, bill.write_units) == (1, 0, 0)


def test_the_organization_is_a_tenant_when_the_operator_makes_it_one(stranger: Client) -> None:
    stranger.get("/v1/items").refused(403, "tenant_unknown")
    service.found(Tenant(stranger.tenant), "Late", "late")
    access_state.forget()
    assert stranger.get("/v1/items").status == 200
    assert stranger.get("/v1/tenant").ok()["name"] == "Late"
    before = stored_of(stranger)
    service.found(Tenant(stranger.tenant), "Late", "late")
    assert sorted(stored_of(stranger)) == sorted(before)
