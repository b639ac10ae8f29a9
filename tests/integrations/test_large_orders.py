"""Orders too large for one transaction: a job works on them, and their deliveries wait for it."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from infra.local.shim import Crash, Faults
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

pytestmark = pytest.mark.long

LINES = 95
"""More than one transaction reserves, or reserves anew."""


def large(shop: Shop, on_hand: int = 10) -> dict[str, Any]:
    """An order for more items than one transaction confirms, all of them in stock."""
    rows = [{"sku": f"L-{number}", "name": "n"} for number in range(LINES)]
    made = shop.acme.post("/v1/items/bulk-upsert", {"items": rows}).ok()["rows"]
    location = shop.acme.get(f"/v1/warehouses/{shop.warehouse_id}").ok()["default_location_id"]
    lines = [{"item_id": row["id"], "location_id": location, "quantity": str(on_hand)} for row in made]
    for first in range(0, LINES, 40):
        shop.acme.post("/v1/stock/receipts", {"lines": lines[first : first + 40]}).ok()
    return order(*(line(row["sku"]) for row in rows))


def doubled(payload: dict[str, Any], seconds: int = 30, quantity: int = 2) -> dict[str, Any]:
    """Its next version, in which every quantity has changed."""
    changed = later(payload, seconds)
    for each in changed["line_items"]:
        each["quantity"] = each["current_quantity"] = quantity
    return changed


def all_available(shop: Shop) -> set[str]:
    skus = ",".join(f"L-{number}" for number in range(LINES))
    return {row["available"] for row in shop.acme.get(f"/v1/stock/availability?skus={skus}").ok()["data"]}


def shown(shop: Shop, row: dict[str, Any]) -> dict[str, Any]:
    return dict(shop.acme.get(f"/v1/integrations/inbox/{row['id']}").ok())


def worked_off(shop: Shop, *rows: dict[str, Any]) -> list[str]:
    """The states in which deliveries are after another try, one after the other."""
    states = []
    for row in rows:
        requeue(shop, row["id"])
        assert work_off(shop.acme) == []
        states.append(shown(shop, row)["state"])
    return states


def confirmed(shop: Shop) -> dict[str, Any]:
    """A large order that is confirmed: what Shopify sent."""
    created = large(shop)
    row = send(shop, created)
    run_job(shop, the_order(shop)["job_id"])
    assert worked_off(shop, row) == ["done"]
    assert all_available(shop) == {"9"}
    return created


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
    assert len(made["lines"]) == LINES
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


def take_away(shop: Shop, sku: str, quantity: int) -> None:
    item = shop.acme.get(f"/v1/items?sku={sku}").ok()["data"][0]["id"]
    location = shop.acme.get(f"/v1/warehouses/{shop.warehouse_id}").ok()["default_location_id"]
    change = {"item_id": item, "location_id": location, "change": str(-quantity)}
    shop.acme.post("/v1/stock/adjustments", {"lines": [change], "reason": "lost"}).ok()


def test_a_large_order_that_finds_too_little_stock_at_once_is_left_to_a_person(acme: Client) -> None:
    shop = Shop(acme, options={"reservation": "full"})
    created = large(shop)
    take_away(shop, "L-94", 10)
    row = send(shop, created)
    assert (row["state"], row["reason"]) == ("quarantined", "insufficient_stock")
    assert (the_order(shop)["status"], the_order(shop)["job_id"]) == ("draft", None)


def test_a_large_order_whose_job_finds_too_little_stock_is_left_to_a_person_until_there_is_enough(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    shop = Shop(acme, options={"reservation": "full"})
    row = send(shop, large(shop))
    first = the_order(shop)["job_id"]
    take_away(shop, "L-94", 10)
    run_job(shop, first)
    assert worked_off(shop, row) == ["quarantined"]
    row = shown(shop, row)
    assert (row["reason"], row["order_id"]) == ("insufficient_stock", the_order(shop)["id"])
    assert "1 of L-94 wanted, 0 available" in row["detail"]
    assert (the_order(shop)["status"], the_order(shop)["job_id"]) == ("draft", None)
    take_away(shop, "L-94", -10)
    row = retry(shop, row)
    assert row["state"] == "received"
    second = the_order(shop)["job_id"]
    assert second not in (None, first)
    run_job(shop, second)
    assert worked_off(shop, row) == ["done"]
    assert the_order(shop)["status"] == "confirmed"


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
    assert worked_off(shop, row) == ["received"]
    run_job(shop, the_order(shop)["job_id"])
    assert worked_off(shop, row) == ["done"]
    assert (the_order(shop)["status"], all_available(shop)) == ("cancelled", {"10"})


def test_a_change_of_a_large_order_is_made_by_a_job_and_its_delivery_waits_for_it(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    shop = Shop(acme)
    changed = doubled(confirmed(shop))
    changed["line_items"][0]["current_quantity"] = 0
    row = send(shop, changed, "orders/updated")
    begun = the_order(shop)
    assert begun["job_id"] is not None
    assert len(begun["lines"]) == LINES - 1
    assert (row["state"], row["attempts"], row["reason"]) == ("received", 0, None)
    twin = send(shop, changed, "orders/updated")
    assert worked_off(shop, row, twin) == ["received", "received"]
    assert the_order(shop) == begun
    run_job(shop, begun["job_id"])
    assert worked_off(shop, row, twin) == ["done", "done"]
    after = the_order(shop)
    assert (after["status"], after["job_id"]) == ("confirmed", None)
    assert {(each["quantity"], each["committed"]) for each in after["lines"]} == {("2", "2")}
    assert all_available(shop) == {"8", "10"}
    assert send(shop, changed, "orders/updated")["state"] == "done"
    assert the_order(shop) == after


def test_a_newer_change_waits_for_the_job_of_the_one_before_and_wins(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    shop = Shop(acme)
    created = confirmed(shop)
    first = send(shop, doubled(created), "orders/updated")
    job_id = the_order(shop)["job_id"]
    second = send(shop, doubled(created, 40, 3), "orders/updated")
    assert (first["state"], second["state"], the_order(shop)["job_id"]) == ("received", "received", job_id)
    run_job(shop, job_id)
    assert worked_off(shop, second, first) == ["received", "ignored"]
    assert shown(shop, first)["reason"] == "stale"
    run_job(shop, the_order(shop)["job_id"])
    assert worked_off(shop, second) == ["done"]
    assert {(each["quantity"], each["committed"]) for each in the_order(shop)["lines"]} == {("3", "3")}
    assert all_available(shop) == {"7"}


def test_a_worker_that_dies_after_the_change_of_a_large_order_has_begun_changes_it_once(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.integrations.inbox import requeue as requeuing
    from chalicelib.kernel.dynamo import client

    without_waiting(monkeypatch)
    monkeypatch.setattr(requeuing, "STALE_AFTER", timedelta(0))
    shop = Shop(acme)
    changed = doubled(confirmed(shop))
    shop.deliver(changed, "orders/updated").ok()
    with Faults(client.dynamodb()) as injected, suppress(Crash):
        injected.at(1, "crash_after", "TransactWriteItems")
        work_off(acme)
    begun = the_order(shop)
    row = next(each for each in deliveries(shop) if each["topic"] == "orders/updated")
    assert (row["state"], begun["job_id"] is None) == ("processing", False)
    assert worked_off(shop, row) == ["received"]
    assert the_order(shop) == begun
    run_job(shop, begun["job_id"])
    assert worked_off(shop, row) == ["done"]
    assert all_available(shop) == {"8"}


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_a_large_order_that_ends_is_cancelled_by_a_job_and_its_delivery_waits_for_it(
    acme: Client, monkeypatch: pytest.MonkeyPatch, is_cancelled: bool
) -> None:
    without_waiting(monkeypatch)
    shop = Shop(acme)
    created = confirmed(shop)
    row = send(shop, cancelled(created) if is_cancelled else doubled(created, quantity=0), "orders/updated")
    begun = the_order(shop)
    assert begun["job_id"] is not None
    assert [row["state"], *worked_off(shop, row)] == ["received", "received"]
    assert the_order(shop) == begun
    run_job(shop, begun["job_id"])
    assert worked_off(shop, row) == ["done"]
    assert (the_order(shop)["status"], all_available(shop)) == ("cancelled", {"10"})


def test_a_large_change_that_wants_everything_and_finds_too_little_changes_nothing(acme: Client) -> None:
    shop = Shop(acme, options={"reservation": "full", "auto_confirm": False})
    created = large(shop)
    send(shop, created)
    made = the_order(shop)
    run_job(shop, acme.post(f"/v1/sales-orders/{made['id']}/confirm", {}, etag=1).ok()["job_id"])
    made = the_order(shop)
    row = send(shop, doubled(created, quantity=11), "orders/updated")
    assert (row["state"], row["reason"]) == ("quarantined", "insufficient_stock")
    assert the_order(shop) == made
    assert retry(shop, row)["reason"] == "insufficient_stock"
    assert the_order(shop) == made
