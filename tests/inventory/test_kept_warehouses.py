"""Warehouses that are counted by their keeper: consigned at a customer, or held by a platform."""

from typing import Any

from tests.factories import Shop, shop
from tests.world import Client


def kept(client: Client) -> Shop:
    """A warehouse that its keeper counts."""
    made = client.post("/v1/warehouses", {"code": "FBA", "name": "Platform", "counted_by": "keeper"}).ok()
    assert made["counted_by"] == "keeper"
    return Shop(client, made["id"], made["default_location_id"])


def state(there: Shop, item: str, counted: str, location: str | None = None) -> Any:
    line = {"item_id": item, "location_id": location or there.location, "counted": counted}
    return there.client.post("/v1/stock/adjustments", {"lines": [line], "reason": "keeper_statement"})


def move(here: Shop, there: Shop, item: str, quantity: int, **fields: Any) -> Any:
    line = {"item_id": item, "from_location_id": here.location, "to_location_id": there.location}
    body = {"lines": [{**line, "quantity": str(quantity)}], **fields}
    return here.client.post("/v1/stock/transfers", body).ok()


def codes(problem: Any) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in problem["errors"]]


def test_its_stock_is_what_its_keeper_says_and_what_is_sent_there(acme: Client) -> None:
    here, there = shop(acme), kept(acme)
    item = here.item(on_hand=10)["id"]
    move(here, there, item, 6)
    assert there.level(item)[0] == "6"
    document = state(there, item, "4").ok()
    assert (document["reason"], document["lines"][0]["quantity"]) == ("keeper_statement", "2")
    assert there.level(item)[0] == "4"
    sent = move(here, there, item, 1, in_transit=True)
    acme.post(f"/v1/stock/documents/{sent['id']}/arrive", {"lines": [{"line": 1, "quantity": "1"}]}, etag=1).ok()
    move(there, here, item, 2)
    assert (there.level(item)[0], here.level(item)[0]) == ("3", "5")
    shelf = there.bin("A-1")
    state(there, item, "7", shelf).ok()
    assert there.level(item)[0] == "10"


def test_nothing_else_changes_it(acme: Client) -> None:
    here, there = shop(acme), kept(acme)
    item = here.item(on_hand=5)["id"]
    line = {"item_id": item, "location_id": there.location, "quantity": "1"}
    for path in ("receipts", "openings"):
        problem = acme.post(f"/v1/stock/{path}", {"lines": [line]}).refused(422, "invalid")
        assert codes(problem) == [("/lines/0/location_id", "kept_warehouse")]
    changed = {"item_id": item, "location_id": there.location, "change": "1"}
    counted = {"item_id": item, "location_id": there.location, "counted": "1"}
    for asked in (changed, counted):
        problem = acme.post("/v1/stock/adjustments", {"lines": [asked], "reason": "found"}).refused(422, "invalid")
        assert codes(problem) == [("/lines/0/location_id", "kept_warehouse")]
    problem = acme.post("/v1/stock/adjustments", {"lines": [changed], "reason": "keeper_statement"}).refused(
        422, "invalid"
    )
    assert codes(problem) == [("/lines/0/change", "not_counted")]
    document = state(there, item, "3").ok()
    acme.post(f"/v1/stock/documents/{document['id']}/reverse", {}, etag=1).refused(409, "transition_refused")
    assert there.level(item)[0] == "3"
    assert codes(state(here, item, "1").refused(422, "invalid")) == [("/lines/0/location_id", "not_kept")]


def test_orders_are_not_shipped_from_there_and_do_not_count_on_it(acme: Client) -> None:
    here, there = shop(acme), kept(acme)
    made = here.item(on_hand=1)
    state(there, made["id"], "8").ok()
    line = {"item_id": made["id"], "quantity": "1", "unit_price": "1"}
    body = {"warehouse_id": there.warehouse, "currency": "EUR", "lines": [line]}
    problem = acme.post("/v1/sales-orders", body).refused(422, "invalid")
    assert codes(problem) == [("/warehouse_id", "kept_warehouse")]
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [{**line, "warehouse_id": there.warehouse}]}
    problem = acme.post("/v1/sales-orders", body).refused(422, "invalid")
    assert codes(problem) == [("/lines/0/warehouse_id", "kept_warehouse")]
    order = here.order((made["id"], 3))
    path = f"/v1/sales-orders/{order['id']}/split"
    assert len(acme.post(path, {}, etag=1).ok()["lines"]) == 1
    problem = acme.post(path, {"warehouse_ids": [there.warehouse]}, etag=1).refused(422, "invalid")
    assert codes(problem) == [("/warehouse_ids/0", "kept_warehouse")]
    (found,) = acme.get(f"/v1/stock/availability?skus={made['sku']}").ok()["data"]
    assert (found["on_hand"], found["available"]) == ("9", "1")
    (level,) = acme.get(f"/v1/stock?item_id={made['id']}&warehouse_id={there.warehouse}").ok()["data"]
    assert (level["available"], level["promisable"]) == ("8", "0")


def test_who_counts_a_warehouse_stays_as_it_is(acme: Client) -> None:
    here = shop(acme)
    assert acme.get(f"/v1/warehouses/{here.warehouse}").ok()["counted_by"] == "us"
    acme.patch(f"/v1/warehouses/{here.warehouse}", {"counted_by": "keeper"}, etag=1).refused(422, "invalid")
