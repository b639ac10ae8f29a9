"""The reconciler visits tenants in which something may be unfinished, and no other."""

from datetime import timedelta

import pytest

from chalicelib.events import positions, reconciler, wakes
from chalicelib.events.wakes import Wake
from chalicelib.functions import schedules
from chalicelib.kernel import clock, open_tenants
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.tenant import Tenant
from infra.local.shim import Faults
from tests.events.feeds import catch_up, new_tenant, number, soon, stopped_clock, write
from tests.functions.test_handlers import SCHEDULED
from tests.world import Client, World


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Wake]:
    """The wakes that are sent again, instead of their queue."""
    found: list[Wake] = []
    monkeypatch.setattr(wakes, "renew", found.extend)
    return found


def test_idle_tenants_are_not_touched(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.post("/v1/customers", {"kind": "company", "name": "Idle & Sons"}).ok()
    acme.world.settle()
    visited: list[str] = []
    monkeypatch.setattr(schedules, "_reconcile", lambda tenant, deadline: visited.append(tenant.id) or True)
    monkeypatch.setattr(schedules.connections, "run", lambda: 0)  # these read what other tests have left
    monkeypatch.setattr(schedules.breach_clocks, "running", lambda: iter(()))
    monkeypatch.setattr(schedules.privacy_requests, "due", lambda: iter(()))
    with stopped_clock() as now, Faults(client.dynamodb()) as faults:
        schedules.reconcile(SCHEDULED, None)
        assert acme.tenant in visited
        visited.clear()
        now.sleep(open_tenants.OPEN_FOR.total_seconds() + 1)
        faults.reset()
        schedules.reconcile(SCHEDULED, None)
        assert acme.tenant not in visited
        assert {call.operation for call in faults.calls} == {"Query"}
        assert {table.rpartition("-")[2] for call in faults.calls for table in call.tables} == {"open_tenants"}


def test_a_tenant_with_an_open_job_stays_open(acme: Client) -> None:
    acme.post("/v1/stock/check", {}).ok()
    with stopped_clock() as now:
        now.sleep(open_tenants.OPEN_FOR.total_seconds() - 60)
        schedules.reconcile(SCHEDULED, None)
        now.sleep(120)
        assert acme.tenant in {tenant.id for tenant in open_tenants.marked()}
        acme.world.settle()
        now.sleep(open_tenants.OPEN_FOR.total_seconds() + 60)
        assert acme.tenant not in {tenant.id for tenant in open_tenants.marked()}


def test_a_process_marks_a_tenant_once_in_a_while(world: World) -> None:
    tenant = new_tenant()
    with stopped_clock() as now, Faults(client.dynamodb()) as faults:
        for pause in (0.0, 600.0, 601.0):
            now.sleep(pause)
            write(tenant, "thing")
        marks = [call for call in faults.calls if call.operation == "PutItem"]
        assert [call.tables[0].rpartition("-")[2] for call in marks] == ["open_tenants"] * 2


def test_a_wake_that_was_lost_is_renewed_once_for_those_who_are_behind(world: World, sent: list[Wake]) -> None:
    acme = world.tenant()
    tenant = Tenant(acme.tenant)
    acme.post("/v1/stock/check", {}).ok()
    number(tenant)
    reconciler.reconcile(tenant, soon())
    assert sent == [Wake(tenant.id, "jobs.starter")]
    reconciler.reconcile(tenant, soon())
    assert len(sent) == 1
    acme.post("/v1/stock/check", {}).ok()
    number(tenant)
    catch_up(tenant)
    reconciler.reconcile(tenant, soon())
    assert len(sent) == 1


def test_a_consumer_that_was_put_off_is_woken_when_its_time_has_come(world: World, sent: list[Wake]) -> None:
    tenant = new_tenant()
    positions.written(positions.of(tenant, "jobs.starter", None), put_off_until=clock.now() + timedelta(minutes=5))
    wake = Wake(tenant.id, "jobs.starter")
    schedules.wake_consumers(SCHEDULED, None)
    assert wake not in sent
    with stopped_clock(clock.now() + timedelta(minutes=6)):
        schedules.wake_consumers(SCHEDULED, None)
    assert wake in sent
