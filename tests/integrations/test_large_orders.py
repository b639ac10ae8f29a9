"""Orders too large for one transaction: a job works on them, and their deliveries wait for it."""

from typing import Any

import pytest

from tests.integrations.orders import (
    cancelled,
    deliveries,
    later,
    line,
    order,
    requeue,
    retry,
    send,
    the_order,
    work_off,
)
from tests.integrations.shops import Shop
from tests.world import Client


def large(shop: Shop) -> dict[str, Any]:
    """An order for more items than one transaction confirms, and none of them in stock."""
    rows = [{"sku": f"L-{number}", "name": "n"} for number in range(95)]
    shop.acme.post("/v1/items/bulk-upsert", {"items": rows}).ok()
    return order(*(line(row["sku"]) for row in rows))


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Nothing is queued for later; how long it would have waited."""
    from chalicelib.integrations.inbox import intake

    enqueue, delays = intake.enqueue, []

    def at_once(tenant: Any, delivery: str, wait_seconds: int = 0) -> None:
        if wait_seconds:
            delays.append(wait_seconds)
        else:
            enqueue(tenant, delivery)

    monkeypatch.setattr(intake, "enqueue", at_once)
    return delays


def run_job(shop: Shop, job_id: str) -> None:
    from chalicelib.functions.jobs import run_jobs

    body = f'{{"tenant": "{shop.acme.tenant}", "job_id": "{job_id}"}}'
    run_jobs({"Records": [{"messageId": "m", "receiptHandle": "r", "body": body}]}, None)


def test_large_orders_are_confirmed_by_a_job_and_their_delivery_waits_for_it(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    delays = without_waiting(monkeypatch)
    shop = Shop(acme)
    row = send(shop, large(shop))
    made = the_order(shop)
    assert made["job_id"] is not None
    assert len(made["lines"]) == 95
    assert (row["state"], row["attempts"], delays) == ("received", 0, [5])
    for _ in range(8):
        requeue(shop, row["id"])
        assert work_off(acme) == []
    assert deliveries(shop)[0]["attempts"] == 0
    assert delays == [5, 10, 20, 40, 80, 90, 90, 90, 90]
    run_job(shop, made["job_id"])
    requeue(shop, row["id"])
    assert work_off(acme) == []
    assert deliveries(shop)[0]["state"] == "done"
    assert the_order(shop)["status"] == "confirmed"


def test_a_large_order_that_finds_too_little_stock_is_left_to_a_person(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    shop = Shop(acme, options={"reservation": "full"})
    row = send(shop, large(shop))
    for _ in range(2):
        first = the_order(shop)["job_id"]
        run_job(shop, first)
        requeue(shop, row["id"])
        assert work_off(acme) == []
        row = deliveries(shop)[0]
        assert (row["state"], row["reason"], row["order_id"]) == (
            "quarantined",
            "insufficient_stock",
            the_order(shop)["id"],
        )
        assert "1 of L-0 wanted, 0 available" in row["detail"]
        assert (the_order(shop)["status"], the_order(shop)["job_id"]) == ("draft", None)
        row = retry(shop, row)
        assert row["state"] == "received"
        assert the_order(shop)["job_id"] not in (None, first)


def test_a_delivery_that_waits_for_ever_fails_visibly(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.integrations.inbox import rules

    without_waiting(monkeypatch)
    monkeypatch.setattr(rules, "MAX_WAITS", 1)
    shop = Shop(acme)
    row = send(shop, large(shop))
    requeue(shop, row["id"])
    assert work_off(acme) == []
    row = deliveries(shop)[0]
    assert (row["state"], row["reason"]) == ("failed", "waited_too_long")
    assert retry(shop, row)["state"] == "received"


def test_a_change_that_meets_a_job_on_its_order_comes_again(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)
    shop = Shop(acme, options={"auto_confirm": False})
    created = large(shop)
    send(shop, created)
    made = the_order(shop)
    job_id = acme.post(f"/v1/sales-orders/{made['id']}/confirm", {}, etag=1).ok()["job_id"]
    for payload, topic in ((later(created, note="Ring"), "orders/updated"), (cancelled(created), "orders/cancelled")):
        row = send(shop, payload, topic)
        assert (row["state"], row["attempts"]) == ("received", 0)
    run_job(shop, job_id)
    requeue(shop, row["id"])
    assert work_off(acme) == []
    assert deliveries(shop)[0]["state"] == "done"
    final = the_order(shop)
    assert final["status"] == "cancelled" or final["job_id"] not in (None, job_id)
