"""Backorders fill themselves through the feed; large orders are worked off by jobs."""

import pytest

from tests.factories import shop
from tests.world import Client

pytestmark = pytest.mark.long


def test_backorders_fill_oldest_first_when_stock_arrives(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=1)["id"]
    first, second = here.confirmed((item, 4)), here.confirmed((item, 3))
    acme.world.settle()
    assert here.waiting(item) == [(first["id"], "3"), (second["id"], "3")]
    here.receive(item, 4)
    acme.world.settle()
    assert here.waiting(item) == [(second["id"], "2")]
    filled = [acme.get(f"/v1/sales-orders/{order['id']}").ok() for order in (first, second)]
    assert [order["lines"][0]["committed"] for order in filled] == ["4", "1"]
    assert [order["fulfilment"] for order in filled] == ["committed", "backordered"]
    assert here.level(item) == ("5", "5", "0")


def test_items_that_several_edits_left_behind_are_not_waited_for(acme: Client) -> None:
    here = shop(acme)
    items = [here.item()["id"] for _ in range(3)]
    order = here.confirmed((items[0], 1))
    acme.world.settle()
    for version, item in enumerate(items[1:], start=2):
        lines = [{"item_id": item, "quantity": "1", "unit_price": "1"}]
        acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": lines}, etag=version).ok()
    acme.world.settle()
    assert [here.waiting(item) for item in items] == [[], [], [(order["id"], "1")]]


def test_what_a_cancelled_order_frees_goes_to_those_who_wait(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)["id"]
    holder, waiter = here.confirmed((item, 5)), here.confirmed((item, 2))
    acme.world.settle()
    acme.post(f"/v1/sales-orders/{holder['id']}/cancel", {}, etag=holder["version"]).ok()
    acme.world.settle()
    assert acme.get(f"/v1/sales-orders/{waiter['id']}").ok()["fulfilment"] == "committed"
    assert here.level(item) == ("5", "2", "3")
    assert here.waiting(item) == []


def test_an_order_of_200_lines_is_confirmed_shipped_and_reversed_step_by_step(acme: Client) -> None:
    here = shop(acme)
    rows = [{"sku": f"L-{n}", "name": f"Line {n}"} for n in range(200)]
    made = [acme.post("/v1/items/bulk-upsert", {"items": rows[i : i + 100]}).ok()["rows"] for i in (0, 100)]
    items = [row["id"] for part in made for row in part]
    for start in range(0, 200, 40):
        lines = [{"item_id": i, "location_id": here.location, "quantity": "5"} for i in items[start : start + 40]]
        acme.post("/v1/stock/receipts", {"lines": lines}).ok()
    order = here.order(*[(item, 2) for item in items], reservation="full")
    accepted = acme.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=1)
    assert accepted.status == 202
    path = accepted.header("location")
    assert accepted.ok()["allowed_transitions"] == []
    acme.world.settle()
    job = acme.get(path).ok()
    assert (job["state"], job["progress"], job["total"]) == ("done", 200, 200)
    confirmed = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert (confirmed["status"], confirmed["fulfilment"]) == ("confirmed", "committed")
    shipment = acme.post("/v1/shipments", {"order_id": order["id"], "ship": {"carrier": "DHL"}})
    assert shipment.status == 202
    acme.world.settle()
    shipped = acme.get(f"/v1/shipments/{shipment.ok()['id']}").ok()
    assert shipped["status"] == "shipped"
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok()["status"] == "done"
    assert here.level(items[150]) == ("3", "0", "3")
    acme.post(f"/v1/shipments/{shipped['id']}/cancel", etag=shipped["version"]).ok()
    acme.world.settle()
    again = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert (again["status"], here.level(items[199])) == ("confirmed", ("5", "2", "3"))
    acme.post(f"/v1/sales-orders/{order['id']}/cancel", {}, etag=again["version"]).ok()
    acme.world.settle()
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok()["status"] == "cancelled"
    assert here.level(items[0]) == ("5", "0", "5")


def test_a_large_order_that_cannot_be_committed_in_full_is_refused_at_once(acme: Client) -> None:
    here = shop(acme)
    rows = [{"sku": f"L-{n}", "name": f"Line {n}"} for n in range(95)]
    items = [row["id"] for row in acme.post("/v1/items/bulk-upsert", {"items": rows}).ok()["rows"]]
    here.receive(items[0], 9)
    order = here.order(*[(item, 1) for item in items], reservation="full")
    problem = acme.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=1).refused(409, "insufficient_stock")
    assert len(problem["shortages"]) == 94
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok()["status"] == "draft"
    assert here.level(items[0]) == ("9", "0", "9")


def test_a_large_order_that_becomes_short_while_a_job_reserves_it_fails_as_a_whole(acme: Client) -> None:
    here = shop(acme)
    rows = [{"sku": f"L-{n}", "name": f"Line {n}"} for n in range(95)]
    items = sorted(row["id"] for row in acme.post("/v1/items/bulk-upsert", {"items": rows}).ok()["rows"])
    for item in items:
        here.receive(item, 1)
    order = here.order(*[(item, 1) for item in items], reservation="full")
    accepted = acme.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=1)
    assert accepted.status == 202
    taken = here.order((items[-1], 1), reservation="full")
    acme.post(f"/v1/sales-orders/{taken['id']}/confirm", {}, etag=1).ok()
    acme.world.settle()
    job = acme.get(accepted.header("location")).ok()
    assert job["state"] == "failed"
    assert "insufficient_stock" in job["error"]
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok()["status"] == "draft"
    assert (here.level(items[0]), here.level(items[-1])) == (("1", "0", "1"), ("1", "1", "0"))


def test_a_large_order_is_changed_by_a_job_and_reservations_follow(acme: Client) -> None:
    here = shop(acme)
    rows = [{"sku": f"L-{n}", "name": f"Line {n}"} for n in range(120)]
    items = sorted(row["id"] for row in acme.post("/v1/items/bulk-upsert", {"items": rows[:100]}).ok()["rows"])
    items += sorted(row["id"] for row in acme.post("/v1/items/bulk-upsert", {"items": rows[100:]}).ok()["rows"])
    for item in items:
        here.receive(item, 3)
    order = here.order(*[(item, 1) for item in items], reservation="partial")
    path = f"/v1/sales-orders/{order['id']}"
    assert acme.post(f"{path}/confirm", {}, etag=1).status == 202
    acme.world.settle()
    order = acme.get(path).ok()
    assert order["fulfilment"] == "committed"
    lines = [{"line": line["line"], "item_id": line["item_id"], "quantity": "2"} for line in order["lines"][:-1]]
    lines = [{**line, "unit_price": "10"} for line in lines]
    accepted = acme.patch(path, {"lines": lines}, etag=order["version"])
    assert (accepted.status, accepted.header("location")) == (202, f"/v1/jobs/{accepted.ok()['job_id']}")
    assert accepted.ok()["allowed_transitions"] == []
    refused = acme.patch(path, {"note": "wait"}, etag=accepted.etag).refused(409, "transition_refused")
    assert (refused["current_status"], refused["allowed_transitions"]) == (accepted.json["status"], [])
    assert refused["job_id"] == accepted.json["job_id"]
    acme.world.settle()
    assert acme.get(accepted.header("location")).ok()["state"] == "done"
    changed = acme.get(path).ok()
    assert (changed["fulfilment"], changed["job_id"], len(changed["lines"])) == ("committed", None, 119)
    assert {here.level(item) for item in items[:-1]} == {("3", "2", "1")}
    assert here.level(items[-1]) == ("3", "0", "3")


def test_an_archived_item_takes_no_new_reservations(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)
    order = here.order((item["id"], 2), reservation="full")
    acme.post(f"/v1/items/{item['id']}/archive", etag=1).ok()
    acme.world.settle()
    acme.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=1).refused(409, "insufficient_stock")
    acme.post(f"/v1/items/{item['id']}/restore", etag=2).ok()
    acme.world.settle()
    acme.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=1).ok()
