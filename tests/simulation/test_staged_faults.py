"""Orders and shipments that are worked off step by step end as they should, whatever happens to their job."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.jobs import staged, worker
from chalicelib.kernel.call import Call
from chalicelib.kernel.capacity import KERNEL_ACTIONS
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from infra.local.shim import Crash
from tests import factories
from tests.events.feeds import Stopped, soon, stopped_clock
from tests.factories import Shop
from tests.simulation.books import Books
from tests.simulation.mishaps import Outage, faults, in_time
from tests.world import Client, Reply

ITEMS, QUANTITY, STOCK = 5, 2, 500


@pytest.fixture(autouse=True)
def small_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stock keys a step, so that a small order takes three of them."""
    monkeypatch.setattr(staged, "RESERVED_ACTIONS", store.MAX_ACTIONS - KERNEL_ACTIONS - 2)


@pytest.fixture
def instant() -> Iterator[Stopped]:
    """Waiting takes no time, but it passes."""
    with stopped_clock() as source:
        yield source


class Large:
    """A shop with five items; orders of all of them."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.shop: Shop = factories.shop(client)
        self.items = [self.shop.item(on_hand=STOCK)["id"] for _ in range(ITEMS)]

    def begin(self, policy: str = "full") -> tuple[str, str]:
        """An order whose confirmation has begun: its id and the job's."""
        order = self.shop.order(*((item, QUANTITY) for item in self.items))
        path = f"/v1/sales-orders/{order['id']}"
        reply = self.client.post(f"{path}/confirm", {"reservation": policy}, etag=order["version"])
        return path, self.job(reply)

    def job(self, reply: Reply) -> str:
        assert reply.status == 202, reply.body
        return str(reply.json["job_id"])

    def run(self, job_id: str) -> None:
        worker.run(Call.system(Tenant(self.client.tenant), "jobs"), job_id, soon())

    def finish(self, job_id: str, clock: Stopped) -> Any:
        """What queue and reconciler do in time."""
        for _ in range(12):
            job = self.client.get(f"/v1/jobs/{job_id}").ok()
            if job["state"] not in ("queued", "running"):
                return job
            clock.sleep(worker.LEASE.total_seconds() + 1)
            self.run(job_id)
        raise AssertionError(job)

    def shown(self, path: str) -> tuple[str, set[tuple[str, str, str]]]:
        order = self.client.get(path).ok()
        assert order["job_id"] is None
        return order["status"], {(line["committed"], line["picked"], line["shipped"]) for line in order["lines"]}

    def problems(self) -> list[str]:
        return Books.read(self.client.tenant, self.items).problems()


@pytest.mark.parametrize("kind", ["crash_before", "crash_after", "reply_lost", "conflict"])
def test_a_large_order_is_confirmed_shipped_and_reversed_once_whatever_call_of_the_worker_fails(
    acme: Client, kind: Any, instant: Stopped
) -> None:
    large = Large(acme)
    _, job_id = large.begin()
    with faults() as counting:
        large.run(job_id)
        calls = len(counting.calls)
    assert calls > 10
    for number in range(1, calls + 1, 4):
        path, job_id = large.begin()
        _interrupted(large, job_id, number, kind, instant)
        assert large.shown(path) == ("confirmed", {("2", "0", "0")}), number
        reply = acme.post("/v1/shipments", {"order_id": path.rpartition("/")[2], "ship": {"carrier": "DHL"}})
        _interrupted(large, large.job(reply), number + 1, kind, instant)
        assert large.shown(path) == ("done", {("0", "0", "2")}), number
        shipment = f"/v1/shipments/{reply.json['id']}"
        reply = acme.post(f"{shipment}/cancel", etag=acme.get(shipment).ok()["version"])
        _interrupted(large, large.job(reply), number + 2, kind, instant)
        assert large.shown(path) == ("confirmed", {("2", "0", "0")}), number
        reply = acme.post(f"{path}/cancel", {"reason": "mistake"}, etag=acme.get(path).ok()["version"])
        _interrupted(large, large.job(reply), number + 1, kind, instant)
        assert large.shown(path) == ("cancelled", {("0", "0", "0")}), number
    assert large.problems() == []


def _interrupted(large: Large, job_id: str, number: int, kind: Any, clock: Stopped) -> None:
    with faults() as injected, suppress(Crash, Exception):
        injected.at(number, kind)
        large.run(job_id)
    assert large.finish(job_id, clock)["state"] == "done"


def test_what_a_document_waits_for_is_never_given_up(acme: Client, instant: Stopped) -> None:
    large = Large(acme)
    path, job_id = large.begin()
    job = acme.get(f"/v1/jobs/{job_id}").ok()
    assert job["allowed_transitions"] == []
    acme.post(f"/v1/jobs/{job_id}/cancel").refused(409, "transition_refused")
    for _ in range(2 * worker.MAX_FAILURES):
        with faults() as injected, suppress(Crash, Exception):
            injected.at(1, "timeout", "TransactWriteItems", times=1000)
            large.run(job_id)
        instant.sleep(worker.LEASE.total_seconds() + 1)
    assert large.finish(job_id, instant)["state"] == "done"
    assert large.shown(path) == ("confirmed", {("2", "0", "0")})
    assert large.problems() == []


def test_a_job_whose_message_is_lost_is_queued_again_by_the_reconciler(acme: Client, instant: Stopped) -> None:
    large = Large(acme)
    path, job_id = large.begin()
    with Outage(1, "timeout"):
        acme.world.settle()
    instant.sleep(600)
    in_time(acme.world, acme.tenant)
    assert acme.get(f"/v1/jobs/{job_id}").ok()["state"] == "done"
    assert large.shown(path) == ("confirmed", {("2", "0", "0")})
