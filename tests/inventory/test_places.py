"""Where stock lies: orders commit it by the warehouse, shipments take it from places, and no place is a dead end."""

from typing import Any

from tests.factories import Shop, shop
from tests.world import Client, Reply


def transfer(client: Client, item: str, source: str, target: str, quantity: int) -> Reply:
    line = {"item_id": item, "from_location_id": source, "to_location_id": target, "quantity": str(quantity)}
    return client.post("/v1/stock/transfers", {"lines": [line]})


def location(here: Shop, code: str, zone: str) -> str:
    body = {"warehouse_id": here.warehouse, "code": code, "name": code, "zone": zone}
    return str(here.client.post("/v1/locations", body).ok()["id"])


def picks(shipment: Any) -> list[tuple[str, str]]:
    return [(line["location_id"], line["quantity"]) for line in shipment["lines"]]


def picked(client: Client, item: str, place: str) -> tuple[str, str, str]:
    (row,) = client.get(f"/v1/stock/places?item_id={item}&location_id={place}").ok()["data"]
    return row["on_hand"], row["picked"], row["free"]


def test_stock_in_a_bin_is_found_by_an_order_of_the_warehouse(acme: Client) -> None:
    """Case 07: 1 piece at the default location, 10 in a bin, an order of 5 that names only the warehouse."""
    here = shop(acme)
    made = here.item(on_hand=1)
    item, shelf = made["id"], here.bin("B")
    here.receive(item, 10, shelf)
    (found,) = acme.get(f"/v1/stock/availability?skus={made['sku']}&warehouse_id={here.warehouse}").ok()["data"]
    assert (found["on_hand"], found["available"]) == ("11", "11")
    draft = here.order((item, 5))
    order = acme.post(f"/v1/sales-orders/{draft['id']}/confirm", {"reservation": "full"}, etag=1).ok()
    assert (order["lines"][0]["committed"], order["lines"][0]["backordered"]) == ("5", "0")
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    assert sorted(picks(shipment)) == sorted([(here.location, "1"), (shelf, "4")])
    assert picked(acme, item, shelf) == ("10", "4", "6")
    shipped = acme.post(f"/v1/shipments/{shipment['id']}/ship", {}, etag=shipment["version"]).ok()
    assert (here.level(item), here.at(item), here.at(item, shelf)) == (("6", "0", "6"), "0", "6")
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", etag=shipped["version"]).ok()
    assert (here.level(item), here.at(item), here.at(item, shelf)) == (("11", "5", "6"), "1", "10")


def test_goods_that_come_back_need_a_place_that_is_open(acme: Client) -> None:
    """Case 10."""
    here = shop(acme)
    item, shelf, other = here.item()["id"], here.bin("B"), here.bin("C")
    here.receive(item, 2, shelf)
    order = here.confirmed((item, 2))
    shipped = acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    acme.post(f"/v1/locations/{shelf}/archive", etag=1).ok()
    path = f"/v1/shipments/{shipped['id']}/cancel"
    problem = acme.post(path, etag=shipped["version"]).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [("/return_to_location_id", "archived_location")]
    cage = location(here, "Q", "quarantine")
    for wrong in (shelf, cage, shop(acme).location):
        body = {"return_to_location_id": wrong}
        problem = acme.post(path, body, etag=shipped["version"]).refused(422, "invalid")
        assert problem["errors"][0]["code"] == "unfit_location"
    assert here.level(item) == ("0", "0", "0")
    acme.post(path, {"return_to_location_id": other}, etag=shipped["version"]).ok()
    assert (here.level(item), here.at(item, other)) == (("2", "2", "0"), "2")


def test_what_lies_at_an_archived_place_can_be_moved_away_and_counted_down(acme: Client) -> None:
    here = shop(acme)
    item, shelf = here.item()["id"], here.bin("B")
    here.receive(item, 5, shelf)
    order = here.confirmed((item, 2))
    shipped = acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    transfer(acme, item, shelf, here.location, 3).ok()
    acme.post(f"/v1/locations/{shelf}/archive", etag=1).ok()
    acme.post(f"/v1/locations/{shelf}/restore", etag=2).ok()
    acme.post(f"/v1/shipments/{shipped['id']}/cancel", etag=shipped["version"]).ok()
    assert here.at(item, shelf) == "2"
    acme.post(f"/v1/locations/{shelf}/archive", etag=3).refused(409, "conflict")
    transfer(acme, item, shelf, here.location, 2).ok()
    acme.post(f"/v1/locations/{shelf}/archive", etag=3).ok()
    refused = transfer(acme, item, here.location, shelf, 1).refused(422, "invalid")
    assert refused["errors"][0]["code"] == "archived_location"


def test_goods_in_quarantine_are_not_shipped_not_even_by_hand(acme: Client) -> None:
    here = shop(acme)
    item, cage = here.item(on_hand=5)["id"], location(here, "Q", "quarantine")
    here.receive(item, 5, cage)
    order = here.confirmed((item, 5))
    by_hand = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "5", "location_id": cage}]}
    problem = acme.post("/v1/shipments", by_hand).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [("/lines/0/location_id", "not_pickable")]


def test_an_archived_item_is_committed_nowhere_not_even_where_it_comes_for_the_first_time(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    made = here.item(on_hand=5)
    acme.post(f"/v1/items/{made['id']}/archive", etag=1).ok()
    acme.world.settle()
    transfer(acme, made["id"], here.location, there.location, 5).ok()
    (row,) = acme.get(f"/v1/stock?item_id={made['id']}&warehouse_id={there.warehouse}").ok()["data"]
    assert (row["available"], row["promisable"], row["blocked"]) == ("5", "0", True)


def test_an_archived_item_can_be_moved_and_counted(acme: Client) -> None:
    """Case 17."""
    here = shop(acme)
    made = here.item(on_hand=8)
    item, shelf = made["id"], here.bin("B")
    acme.post(f"/v1/items/{item}/archive", etag=1).ok()
    acme.world.settle()
    transfer(acme, item, here.location, shelf, 3).ok()
    for change in ("1", "-2"):
        line = {"item_id": item, "location_id": shelf, "change": change}
        acme.post("/v1/stock/adjustments", {"lines": [line], "reason": "counted"}).ok()
    assert (here.at(item), here.at(item, shelf), here.level(item)) == ("5", "2", ("7", "0", "7"))
    line = {"item_id": item, "location_id": here.location, "quantity": "1"}
    problem = acme.post("/v1/stock/receipts", {"lines": [line]}).refused(422, "invalid")
    assert problem["errors"][0]["code"] == "archived_item"


def test_a_transfer_within_a_warehouse_touches_no_order(acme: Client) -> None:
    here = shop(acme)
    item, shelf = here.item(on_hand=5)["id"], here.bin("B")
    order = here.confirmed((item, 5))
    transfer(acme, item, here.location, shelf, 5).ok()
    shipped = acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    assert picks(shipped) == [(shelf, "5")]
    elsewhere = shop(acme)
    here.receive(item, 2)
    waiter = here.confirmed((item, 1))
    assert transfer(acme, item, here.location, elsewhere.location, 2).refused(409, "insufficient_stock")
    transfer(acme, item, here.location, elsewhere.location, 1).ok()
    assert waiter["lines"][0]["committed"] == "1"
    assert (here.level(item), elsewhere.level(item)) == (("1", "1", "0"), ("1", "0", "1"))


def test_a_shipment_takes_from_picking_places_first_and_never_from_receiving(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=1)["id"]
    dock, front = location(here, "DOCK", "receiving"), location(here, "FRONT", "picking")
    here.receive(item, 3, dock)
    here.receive(item, 2, front)
    order = here.confirmed((item, 6))
    assert order["lines"][0]["committed"] == "6"
    problem = acme.post("/v1/shipments", {"order_id": order["id"]}).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [("/order_id", "not_pickable")]
    three = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "3"}]}
    shipment = acme.post("/v1/shipments", three).ok()
    assert sorted(picks(shipment)) == sorted([(front, "2"), (here.location, "1")])
    by_hand = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "3", "location_id": dock}]}
    assert picks(acme.post("/v1/shipments", by_hand).ok()) == [(dock, "3")]
    taken = transfer(acme, item, front, here.location, 1).refused(409, "insufficient_stock")
    assert (taken["shortages"][0]["wanted"], taken["shortages"][0]["available"]) == ("1", "0")
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", etag=shipment["version"]).ok()
    assert picked(acme, item, front) == ("2", "0", "2")
    transfer(acme, item, front, here.location, 1).ok()


def test_a_pick_list_takes_what_has_been_moved_meanwhile_from_where_it_lies_now(acme: Client) -> None:
    here = shop(acme)
    item, shelf = here.item(on_hand=4)["id"], here.bin("B")
    order = here.confirmed((item, 4))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    assert picks(shipment) == [(here.location, "4")]
    transfer(acme, item, here.location, shelf, 3).ok()
    shipped = acme.post(f"/v1/shipments/{shipment['id']}/ship", {}, etag=shipment["version"]).ok()
    assert sorted(picks(shipped)) == sorted([(here.location, "1"), (shelf, "3")])
    assert (here.level(item), here.at(item), here.at(item, shelf)) == (("0", "0", "0"), "0", "0")


def test_a_shipment_leaves_one_warehouse(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    item = here.item(on_hand=2)["id"]
    there.receive(item, 3)
    lines = [{"item_id": item, "quantity": str(q), "unit_price": "1", "warehouse_id": s.warehouse}
             for s, q in ((here, 2), (there, 3))]  # fmt: skip
    order = here.confirmed((item, 1), lines=lines)
    problem = acme.post("/v1/shipments", {"order_id": order["id"]}).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [("/warehouse_id", "several_warehouses")]
    wrong = {"order_id": order["id"], "warehouse_id": here.warehouse, "lines": [{"line": 2, "quantity": "1"}]}
    problem = acme.post("/v1/shipments", wrong).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [("/lines/0/line", "other_warehouse")]
    for warehouse, quantity in ((here, "2"), (there, "3")):
        body = {"order_id": order["id"], "warehouse_id": warehouse.warehouse, "ship": {}}
        shipment = acme.post("/v1/shipments", body).ok()
        assert (shipment["warehouse_id"], picks(shipment)) == (warehouse.warehouse, [(warehouse.location, quantity)])
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok()["status"] == "done"
    found = acme.get(f"/v1/shipments?warehouse_id={there.warehouse}").ok()["data"]
    assert [row["warehouse_id"] for row in found] == [there.warehouse]


def test_an_item_may_stand_on_several_lines(acme: Client) -> None:
    here = shop(acme)
    item, shelf = here.item()["id"], here.bin("B")
    lines = [{"item_id": item, "location_id": at, "quantity": q} for at, q in
             ((here.location, "1"), (shelf, "2"), (here.location, "3"), (shelf, "4"))]  # fmt: skip
    moved = acme.post("/v1/stock/receipts", {"lines": lines}).ok()["lines"]
    assert [row["on_hand"] for row in moved] == ["1", "2", "4", "6"]
    ledger = acme.get(f"/v1/stock/ledger?item_id={item}&warehouse_id={here.warehouse}").ok()["data"]
    assert [row["balance"] for row in ledger] == ["10", "6", "3", "1"]
    assert (here.at(item), here.at(item, shelf)) == ("4", "6")


def test_a_shipment_of_items_in_very_many_bins_is_shipped_in_steps(acme: Client) -> None:
    here = shop(acme)
    few = sorted(here.item(on_hand=1)["id"] for _ in range(20))
    many = here.item()["id"]
    lines = [{"item_id": many, "location_id": here.bin(f"B{n}"), "quantity": "1"} for n in range(30)]
    for part in (lines[:15], lines[15:]):
        acme.post("/v1/stock/receipts", {"lines": part}).ok()
    order = here.confirmed(*((item, 1) for item in few), (many, 30))
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    acme.world.settle()
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok()["status"] == "done"
    assert here.level(many) == ("0", "0", "0")
