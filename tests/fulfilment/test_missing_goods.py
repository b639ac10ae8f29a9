"""What a picker does not find is kept as missing, and is not promised to anybody again."""

from typing import Any

import pytest

from tests.factories import Shop, shop
from tests.world import Client


def report(client: Client, shipment: Any, *lines: dict[str, Any]) -> Any:
    path = f"/v1/shipments/{shipment['id']}"
    version = client.get(path).ok()["version"]
    return client.post(f"{path}/report-missing", {"lines": list(lines)}, etag=version)


def held(here: Shop, item_id: str) -> tuple[str, str, str]:
    path = f"/v1/stock?item_id={item_id}&warehouse_id={here.warehouse}"
    (row,) = here.client.get(path).ok()["data"]
    return row["on_hand"], row["held"], row["available"]


def line_of(client: Client, order: Any) -> Any:
    return client.get(f"/v1/sales-orders/{order['id']}").ok()["lines"][0]


def test_the_order_is_served_from_elsewhere_in_the_warehouse_while_there_is_enough(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(on_hand=5)["id"]
    shelf = here.bin("A")
    here.receive(bike, 10, shelf)
    order = here.confirmed((bike, 4))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    (picked,) = shipment["lines"]
    left = report(acme, shipment, {"line": 1, "quantity": "3", "location_id": picked["location_id"]}).ok()
    assert [(line["quantity"], line["location_id"]) for line in left["lines"]] == [("1", picked["location_id"])]
    assert held(here, bike) == ("15", "3", "8")
    acme.world.settle()
    assert (line_of(acme, order)["committed"], line_of(acme, order)["picked"]) == ("4", "1")
    acme.post(f"/v1/shipments/{shipment['id']}/ship", {}, etag=left["version"]).ok()
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    assert line_of(acme, order)["shipped"] == "4"


def test_whoever_comes_last_waits_again_when_there_is_not_enough(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(on_hand=5)["id"]
    first, last = here.confirmed((bike, 3)), here.confirmed((bike, 2))
    shipment = acme.post("/v1/shipments", {"order_id": first["id"]}).ok()
    gone = report(acme, shipment, {"line": 1, "quantity": "3"}).ok()
    assert (gone["status"], gone["lines"]) == ("cancelled", [])
    acme.world.settle()
    assert line_of(acme, first)["committed"] == "2"
    assert (line_of(acme, last)["committed"], line_of(acme, last)["backordered"]) == ("0", "2")
    assert held(here, bike) == ("5", "3", "0")
    # They are found again: whoever waits gets them.
    (place,) = [
        row
        for row in acme.get(f"/v1/stock/places?item_id={bike}").ok()["data"]
        if row["location_id"] != here.location and row["on_hand"] == "3"
    ]
    line = {"item_id": bike, "from_location_id": place["location_id"], "to_location_id": here.location}
    acme.post("/v1/stock/transfers", {"lines": [{**line, "quantity": "3"}]}).ok()
    acme.world.settle()
    assert (line_of(acme, first)["committed"], line_of(acme, last)["committed"]) == ("3", "2")


def test_what_is_missing_in_a_bin_is_not_picked_there_any_more(acme: Client) -> None:
    here = shop(acme)
    bike, shelf = here.item()["id"], here.bin("A")
    here.receive(bike, 6, shelf)
    order = here.confirmed((bike, 6))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    report(acme, shipment, {"line": 1, "quantity": "2"}).ok()
    assert here.at(bike, shelf) == "4"
    assert report(acme, shipment, {"line": 1, "quantity": "4"}).ok()["status"] == "cancelled"
    assert here.at(bike, shelf) == "0"
    codes = [row["code"] for row in acme.get(f"/v1/locations?warehouse_id={here.warehouse}").ok()["data"]]
    assert sorted(codes) == ["A", "MISSING", "STOCK"]
    acme.world.settle()
    started = acme.post("/v1/stock/check", {})
    acme.world.settle()
    assert acme.get(started.header("location")).ok()["report"]["drifts"] == []


def test_the_movements_of_a_shipment_are_found_by_it(acme: Client) -> None:
    here = shop(acme)
    bike, bell = here.item(on_hand=5)["id"], here.item(on_hand=9)["id"]
    order = here.confirmed((bike, 4), (bell, 6))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    path = f"/v1/stock/ledger?document_id={shipment['id']}"
    assert acme.get(path).ok()["data"] == []
    left = report(acme, shipment, {"line": 1, "quantity": "1"}).ok()
    acme.post(f"/v1/shipments/{shipment['id']}/ship", {}, etag=left["version"]).ok()
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", {}, etag=left["version"] + 1).ok()

    def moved(query: str) -> list[tuple[str, str]]:
        found = acme.get(path + query).ok()
        return [(row["item_id"], row["quantity"]) for row in found["data"]]

    of_bike = [(bike, quantity) for quantity in ("-1", "1", "-3", "3")]
    of_bell = [(bell, "-6"), (bell, "6")]
    assert moved("")[:2] == of_bike[:2]
    assert sorted(moved("")) == sorted(of_bike + of_bell)
    assert sorted(moved("&kind=shipment")) == sorted([(bike, "-3"), (bell, "-6")])
    first = acme.get(f"{path}&limit=4").ok()
    rest = acme.get(f"{path}&limit=4&cursor={first['next_cursor']}").ok()
    assert (len(first["data"]), len(rest["data"]), rest["next_cursor"]) == (4, 2, None)
    assert acme.world.tenant().get(path).ok()["data"] == []


def test_several_items_at_once_come_to_the_place_of_missing_goods(acme: Client) -> None:
    here = shop(acme)
    shelf = here.bin("A")
    items = [here.item()["id"] for _ in range(15)]
    acme.post(
        "/v1/stock/receipts",
        {"lines": [{"item_id": item, "location_id": shelf, "quantity": "2"} for item in items]},
    ).ok()
    order = here.confirmed(*((item, 2) for item in items))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    lines = [{"line": line, "quantity": "1"} for line in range(1, 16)]
    assert len(report(acme, shipment, *lines).ok()["lines"]) == 15
    assert {held(here, item) for item in items} == {("2", "1", "-1")}
    acme.world.settle()
    assert report(acme, shipment, *lines).ok()["status"] == "cancelled"
    acme.world.settle()
    assert {held(here, item) for item in items} == {("2", "2", "0")}


def test_more_than_was_picked_cannot_be_missing(acme: Client) -> None:
    here = shop(acme)
    order = here.confirmed((here.item(on_hand=5)["id"], 4))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    lines: list[dict[str, Any]] = [
        {"line": 1, "quantity": "5"},
        {"line": 2, "quantity": "1"},
        {"line": 1, "quantity": "1", "location_id": here.bin("A")},
    ]
    problem = report(acme, shipment, *lines).refused(422, "invalid")
    assert [each["pointer"] for each in problem["errors"]] == [f"/lines/{index}/quantity" for index in range(3)]
    acme.post(f"/v1/shipments/{shipment['id']}/pack", {}, etag=shipment["version"]).ok()
    report(acme, shipment, {"line": 1, "quantity": "1"}).refused(409, "transition_refused")


def test_a_place_for_missing_goods_that_sells_them_is_refused(acme: Client) -> None:
    here = shop(acme)
    here.bin("MISSING")
    order = here.confirmed((here.item(on_hand=5)["id"], 4))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    report(acme, shipment, {"line": 1, "quantity": "1"}).refused(409, "conflict")


@pytest.mark.parametrize("is_at_shelf", [False, True])
def test_what_a_count_has_taken_away_already_is_not_taken_away_again(acme: Client, is_at_shelf: bool) -> None:
    here = shop(acme)
    item, place = here.item()["id"], here.bin("A") if is_at_shelf else here.location
    here.receive(item, 2, place)
    shipment = acme.post("/v1/shipments", {"order_id": here.confirmed((item, 2))["id"]}).ok()
    count = {"item_id": item, "location_id": place, "counted": "1"}
    acme.post("/v1/stock/adjustments", {"lines": [count], "reason": "counted"}).ok()
    path = f"/v1/shipments/{shipment['id']}/report-missing"
    refused = acme.post(path, {"lines": [{"line": 1, "quantity": "2"}]}, etag=shipment["version"])
    (short,) = refused.refused(409, "insufficient_stock")["shortages"]
    assert (short["wanted"], short["available"]) == ("2", "1")
    acme.post(path, {"lines": [{"line": 1, "quantity": "1"}]}, etag=shipment["version"]).ok()
