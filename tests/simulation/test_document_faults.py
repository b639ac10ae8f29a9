"""Large stock documents end as they should, whatever happens to their job: no line moves twice, and none is lost."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.inventory.documents import posting
from chalicelib.jobs import staged, worker
from chalicelib.kernel.call import Call
from chalicelib.kernel.capacity import KERNEL_ACTIONS
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from infra.local.shim import Crash
from tests import factories
from tests.events.feeds import Stopped, soon, stopped_clock
from tests.inventory.test_documents import act, line
from tests.simulation.books import Books
from tests.simulation.mishaps import faults
from tests.world import Client, Reply

ITEMS = 4


@pytest.fixture(autouse=True)
def small_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every document is a large one, and a step has room for one or two lines."""
    monkeypatch.setattr(posting, "LINES_AT_ONCE", 1)
    monkeypatch.setattr(posting, "TRANSFER_LINES_AT_ONCE", 1)
    monkeypatch.setattr(staged, "RESERVED_ACTIONS", store.MAX_ACTIONS - KERNEL_ACTIONS - 6)


@pytest.fixture
def instant() -> Iterator[Stopped]:
    """Waiting takes no time, but it passes."""
    with stopped_clock() as source:
        yield source


class Large:
    """Two shops with the same items, and documents of all of these."""

    def __init__(self, client: Client, kind: Any, clock: Stopped) -> None:
        self.client, self.kind, self.clock = client, kind, clock
        self.here, self.there = factories.shop(client), factories.shop(client)
        self.items = [self.here.item()["id"] for _ in range(ITEMS)]

    def receipt(self) -> Reply:
        lines = [line(self.here, item, quantity="2") for item in self.items]
        return self.client.post("/v1/stock/receipts", {"lines": lines})

    def transfer(self) -> Reply:
        ends = {"from_location_id": self.here.location, "to_location_id": self.there.location}
        lines = [{"item_id": item, "quantity": "1", **ends} for item in self.items]
        return self.client.post("/v1/stock/transfers", {"lines": lines, "in_transit": True})

    def arrive(self, document: Any) -> Reply:
        return act(self.client, document, "arrive", lines=[{"line": n + 1, "quantity": "1"} for n in range(ITEMS)])

    def done(self, reply: Reply, fault: int) -> Any:
        """The document after a job that the fault has met."""
        assert reply.status == 202, reply.body
        job_id = reply.json["job_id"]
        with faults() as injected, suppress(Crash, Exception):
            injected.at(fault, self.kind)
            self.run(job_id)
        for _ in range(12):
            job = self.client.get(f"/v1/jobs/{job_id}").ok()
            if job["state"] not in ("queued", "running"):
                break
            self.clock.sleep(worker.LEASE.total_seconds() + 1)
            self.run(job_id)
        assert (job["state"], job["progress"]) == ("done", ITEMS)
        return self.client.get(f"/v1/stock/documents/{reply.json['id']}").ok()

    def run(self, job_id: str) -> None:
        worker.run(Call.system(Tenant(self.client.tenant), "jobs"), job_id, soon())

    def levels(self) -> tuple[set[str], set[str]]:
        return tuple({shop.level(item)[0] for item in self.items} for shop in (self.here, self.there))

    def problems(self) -> list[str]:
        return Books.read(self.client.tenant, self.items).problems()


@pytest.mark.parametrize("kind", ["crash_before", "crash_after", "reply_lost", "conflict"])
def test_a_large_document_is_posted_and_taken_back_once_whatever_call_of_the_worker_fails(
    acme: Client, kind: Any, instant: Stopped
) -> None:
    large = Large(acme, kind, instant)
    with faults() as counting:
        large.run(large.receipt().json["job_id"])
        calls = len(counting.calls)
    assert calls > 10
    for number in range(1, calls + 1, 4):
        assert large.levels() == ({"2"}, {"0"}), number
        receipt = large.done(large.receipt(), number)
        assert (receipt["status"], large.levels()) == ("posted", ({"4"}, {"0"})), number
        transfer = large.done(large.transfer(), number + 1)
        assert (transfer["status"], large.levels()) == ("in_transit", ({"3"}, {"0"})), number
        transfer = large.done(large.arrive(transfer), number + 2)
        assert (transfer["status"], large.levels()) == ("posted", ({"3"}, {"1"})), number
        sent = large.done(large.transfer(), number + 3)
        assert large.levels() == ({"2"}, {"1"}), number
        large.done(act(acme, sent, "reverse"), number)
        back = large.done(act(acme, receipt, "reverse"), number + 1)
        assert (back["unposted_lines"], large.levels()) == (0, ({"1"}, {"1"})), number
        for item in large.items:
            gone = line(large.there, item, change="-1")
            posted = {"lines": [gone], "reason": "lost"}
            acme.post("/v1/stock/adjustments", posted).ok()
        large.done(large.receipt(), 0)
        trimmed = [line(large.here, item, counted="2") for item in large.items]
        large.done(acme.post("/v1/stock/adjustments", {"lines": trimmed, "reason": "counted"}), number + 2)
    assert large.problems() == []
