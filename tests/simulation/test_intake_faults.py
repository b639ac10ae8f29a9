"""Between shop, inbox and queue: whatever S3 and SQS do at any call, and if two workers get the same message.

The store's own faults at every call of intake and worker are in tests/integrations/test_faults.py; here are the kinds
that it does not have.
"""

import importlib
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.integrations.inbox import requeue
from chalicelib.kernel import clock
from chalicelib.kernel.tenant import Tenant
from infra.local.shim import Crash
from tests.events.feeds import stopped_clock
from tests.integrations.orders import available, deliveries, line, order, stocked, work_off
from tests.integrations.shops import Shop
from tests.simulation.books import Books
from tests.simulation.mishaps import AWS_KINDS, Outage, faults, twin_before
from tests.world import Client

STOCK = 500
WRITES = ("TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem")


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Waiting takes no time, but it passes; a delivery is given up for lost soon, or tokens would expire meanwhile."""
    monkeypatch.setattr(requeue, "STALE_AFTER", timedelta(seconds=2))
    with stopped_clock():
        yield


def reconciled(acme: Client) -> None:
    """What queue and reconciler do in time: nobody repairs anything by hand."""
    for _ in range(6):
        work_off(acme)
        clock.sleep(requeue.STALE_AFTER.total_seconds() + 1)
        if requeue.requeue_stale(Tenant(acme.tenant)) == 0:
            return
    raise AssertionError("it never came to an end")


def assert_one_order(shop: Shop, payload: Any, number: int) -> None:
    made = [row for row in deliveries(shop) if row["external_id"] == str(payload["id"])]
    assert [row["state"] for row in made] == ["done"], (number, made)
    shown = shop.acme.get(f"/v1/sales-orders/{made[0]['order_id']}").ok()
    assert (shown["status"], shown["lines"][0]["committed"]) == ("confirmed", "1"), number


def assert_story(shop: Shop, item: str, orders: int) -> None:
    """So many orders, each holding one piece; the books and the feed agree."""
    acme = shop.acme
    assert available(shop, "A") == str(STOCK - orders)
    books = Books.read(acme.tenant, [item])
    assert books.problems() == []
    assert len(books.orders) == orders
    acme.world.settle()
    changes: list[Any] = []
    while page := acme.get(f"/v1/changes?limit=100&after={len(changes)}").ok()["data"]:
        changes += page
    assert [change["number"] for change in changes] == list(range(1, len(changes) + 1))
    assert sum(change["event"] == "sales_order.created" for change in changes) == orders
    assert sum(change["event"] == "sales_order.confirmed" for change in changes) == orders


@pytest.mark.parametrize("kind", AWS_KINDS)
def test_a_delivery_whose_body_or_message_is_lost_becomes_one_order(acme: Client, kind: str, instant: None) -> None:
    shop = Shop(acme)
    item = stocked(shop, "A", STOCK)
    payload = order(line("A"))
    with Outage() as counting:
        shop.deliver(payload, webhook_id="w-0").ok()
    assert counting.calls == ["PutObject", "SendMessage"]
    for number in range(1, len(counting.calls) + 1):
        payload = order(line("A"))
        with Outage(number, kind) as outage:
            shop.deliver(payload, webhook_id=f"w-{number}")
        assert len(outage.calls) >= number
        if outage.calls[-1] == "PutObject":
            # Nothing is known of it yet, and it was not answered: the shop delivers again.
            shop.deliver(payload, webhook_id=f"w-{number}").ok()
        # Between inbox and queue the row is there: the reconciler finds it, even if the shop never comes again.
        reconciled(acme)
        assert_one_order(shop, payload, number)
    assert_story(shop, item, 1 + len(counting.calls))


@pytest.mark.parametrize("kind", AWS_KINDS)
def test_a_worker_that_cannot_read_the_body_leaves_the_delivery_to_the_next_one(
    acme: Client, kind: str, instant: None
) -> None:
    shop = Shop(acme)
    item = stocked(shop, "A", STOCK)
    payload = order(line("A"))
    shop.deliver(payload).ok()
    with Outage(1, kind) as outage, suppress(Crash):
        work_off(acme)
    assert outage.calls[0] == "GetObject"
    reconciled(acme)
    assert_one_order(shop, payload, 1)
    assert_story(shop, item, 1)


@pytest.mark.parametrize("kind", ["timeout", "conflict", "twin"])
def test_one_order_whatever_happens_at_any_call_of_the_worker(acme: Client, kind: Any, instant: None) -> None:
    shop = Shop(acme)
    item = stocked(shop, "A", STOCK)
    calls = _work_on(shop, order(line("A")), 0, "")
    assert len(calls) > 8
    # Only writes meet conflicts.
    met = [number for number, name in enumerate(calls, 1) if kind != "conflict" or name in WRITES]
    for number in met:
        payload = order(line("A"))
        _work_on(shop, payload, number, kind)
        reconciled(acme)
        assert_one_order(shop, payload, number)
    assert_story(shop, item, 1 + len(met))


def _work_on(shop: Shop, payload: Any, number: int, kind: Any) -> list[str]:
    """One delivery, worked on with a mishap at a call; returns the store calls that there were."""
    shop.deliver(payload, webhook_id=f"w-{number}").ok()
    if kind == "twin":
        delivery = next(row["id"] for row in deliveries(shop) if row["delivery_id"] == f"w-{number}")
        record = {"messageId": "twin", "body": json.dumps({"tenant": shop.acme.tenant, "delivery": delivery})}
        process = importlib.import_module("chalicelib.functions.inbox").process_inbox
        with twin_before(number, lambda: process({"Records": [record]}, None)):
            work_off(shop.acme)
        return []
    with faults() as injected:
        if kind:
            injected.at(number, kind)
        work_off(shop.acme)
        return [call.operation for call in injected.calls]
