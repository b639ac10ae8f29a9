"""Warehouses that commit and ship goods before they are received."""

from typing import Any

import pytest

from chalicelib.inventory.stock import warehouse_settings as settings
from chalicelib.reporting.stock_check import service as stock_check
from tests.factories import Shop, shop
from tests.world import Client


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No commit is on its way while a test waits."""
    monkeypatch.setattr(settings, "SECONDS_BETWEEN_PASSES", 0.0)


def early(client: Client) -> Shop:
    """A warehouse that ships before receipt."""
    made = client.post("/v1/warehouses", {"code": "EARLY", "name": "Early", "ships_before_receipt": True}).ok()
    return Shop(client, made["id"], made["default_location_id"])


def turn(here: Shop, *, on: bool) -> None:
    path = f"/v1/warehouses/{here.warehouse}"
    version = here.client.get(path).ok()["version"]
    assert here.client.patch(path, {"ships_before_receipt": on}, etag=version).ok()["ships_before_receipt"] is on
    here.client.world.settle()


def ship(here: Shop, order: Any) -> Any:
    return here.client.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()


def quantities(client: Client, order: Any) -> tuple[str, str, str]:
    """What is committed, waits and has been shipped of the first line."""
    line = client.get(f"/v1/sales-orders/{order['id']}").ok()["lines"][0]
    return line["committed"], line["backordered"], line["shipped"]


def test_an_order_is_committed_in_full_and_shipped_before_anything_is_received(acme: Client) -> None:
    here = early(acme)
    item = here.item()["id"]
    order = here.confirmed((item, 3))
    assert quantities(acme, order) == ("3", "0", "0")
    assert here.level(item) == ("0", "3", "-3")
    shipment = ship(here, order)
    assert quantities(acme, order) == ("0", "0", "3")
    assert (here.level(item), here.at(item)) == (("-3", "0", "-3"), "-3")
    second = here.confirmed((item, 2))
    acme.world.settle()
    assert quantities(acme, second) == ("2", "0", "0")
    path = f"/v1/stock?warehouse_id={here.warehouse}&is_short=true"
    assert [row["item_id"] for row in acme.get(path).ok()["data"]] == [item]
    here.receive(item, 10)
    assert here.level(item) == ("7", "2", "5")
    assert acme.get(path).ok()["data"] == []
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", etag=1).ok()
    assert here.level(item) == ("10", "5", "5")
    at = "2099-01-01T00:00:00Z"
    assert acme.get(f"/v1/stock/as-of?item_id={item}&warehouse_id={here.warehouse}&at={at}").ok()["on_hand"] == "10"


def test_a_draft_of_an_archived_item_that_has_never_been_there_is_not_confirmed(acme: Client) -> None:
    here = early(acme)
    item = here.item()["id"]
    order = here.order((item, 3))
    acme.post(f"/v1/items/{item}/archive", etag=1).ok()
    confirmed = acme.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=1)
    (error,) = confirmed.refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/0/item_id", "archived_item")


def test_what_was_received_into_a_bin_leaves_from_there(acme: Client) -> None:
    here = early(acme)
    item = here.item()["id"]
    shipment = acme.post("/v1/shipments", {"order_id": here.confirmed((item, 3))["id"]}).ok()
    shelf = here.bin("A")
    here.receive(item, 2, shelf)
    acme.post(f"/v1/shipments/{shipment['id']}/ship", {}, etag=1).ok()
    assert (here.at(item, shelf), here.at(item)) == ("0", "-1")


def test_who_waits_is_served_when_the_setting_is_turned_on_and_waits_again_when_it_is_turned_off(acme: Client) -> None:
    here = shop(acme)
    item, other = here.item(on_hand=1)["id"], here.item()["id"]
    order, second = here.confirmed((item, 4)), here.confirmed((other, 2))
    acme.world.settle()
    assert (quantities(acme, order), quantities(acme, second)) == (("1", "3", "0"), ("0", "2", "0"))
    turn(here, on=True)
    assert (quantities(acme, order), quantities(acme, second)) == (("4", "0", "0"), ("2", "0", "0"))
    assert (here.level(item), here.level(other)) == (("1", "4", "-3"), ("0", "2", "-2"))
    assert quantities(acme, third := here.confirmed((here.item()["id"], 5))) == ("5", "0", "0")
    ship(here, second)
    turn(here, on=False)
    assert (quantities(acme, order), quantities(acme, third)) == (("1", "3", "0"), ("0", "5", "0"))
    assert here.level(other) == ("-2", "0", "-2")
    assert quantities(acme, here.confirmed((here.item()["id"], 1))) == ("0", "1", "0")


def test_what_comes_to_a_new_place_knows_the_setting(acme: Client) -> None:
    here = shop(acme)
    turn(here, on=True)
    item, shelf = here.item()["id"], here.bin("A-1")
    here.receive(item, 2, shelf)
    here.receive(item, 1)
    order = here.confirmed((item, 6))
    shipment = ship(here, order)
    taken = [(line["location_id"], line["quantity"]) for line in shipment["lines"]]
    assert sorted(taken) == sorted([(here.location, "4"), (shelf, "2")])
    assert (here.level(item), here.at(item), here.at(item, shelf)) == (("-3", "0", "-3"), "-3", "0")


def test_an_order_is_not_divided_for_what_its_own_warehouse_ships_before_receipt(acme: Client) -> None:
    here, there = early(acme), shop(acme)
    item = here.item()["id"]
    there.receive(item, 5)
    order = here.order((item, 3))
    split = acme.post(f"/v1/sales-orders/{order['id']}/split", {}, etag=1).ok()
    assert [line["warehouse_id"] for line in split["lines"]] == [here.warehouse]
    order = there.order((item, 8))
    split = acme.post(f"/v1/sales-orders/{order['id']}/split", {}, etag=1).ok()
    assert [(line["warehouse_id"], line["quantity"]) for line in split["lines"]] == [(there.warehouse, "8")]


def test_only_shipments_take_more_than_there_is(acme: Client) -> None:
    here, there = early(acme), shop(acme)
    item = here.item(on_hand=2)["id"]
    line = {"item_id": item, "from_location_id": here.location, "to_location_id": there.location, "quantity": "3"}
    acme.post("/v1/stock/transfers", {"lines": [line]}).refused(409, "insufficient_stock")
    lost = {"lines": [{"item_id": item, "location_id": here.location, "change": "-3"}], "reason": "lost"}
    acme.post("/v1/stock/adjustments", lost).refused(409, "insufficient_stock")
    order = here.confirmed((item, 2))
    counted = {"lines": [{"item_id": item, "location_id": here.location, "counted": "0"}], "reason": "counted"}
    acme.post("/v1/stock/adjustments", counted).ok()
    acme.world.settle()
    assert quantities(acme, order) == ("2", "0", "0")
    assert here.level(item) == ("0", "2", "-2")


def test_nothing_of_an_archived_item_is_committed_before_it_is_received(acme: Client) -> None:
    here = early(acme)
    made = here.item()
    order = here.order((made["id"], 2))
    here.receive(made["id"], 1)
    other = here.order((made["id"], 1))
    acme.post(f"/v1/items/{made['id']}/archive", etag="*").ok()
    acme.world.settle()
    for each in (order, other):
        acme.post(f"/v1/sales-orders/{each['id']}/confirm", etag=1).refused(422, "invalid")
    assert here.level(made["id"]) == ("1", "0", "1")


def test_a_warehouse_that_its_keeper_counts_does_not_ship_before_receipt(acme: Client) -> None:
    body = {"code": "KEPT", "name": "Kept", "counted_by": "keeper", "ships_before_receipt": True}
    problem = acme.post("/v1/warehouses", body).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/ships_before_receipt", "kept_warehouse")
    ]
    kept = acme.post("/v1/warehouses", {**body, "ships_before_receipt": False}).ok()
    acme.patch(f"/v1/warehouses/{kept['id']}", {"ships_before_receipt": True}, etag=1).refused(422, "invalid")


def test_the_self_check_finds_nothing_wrong_where_less_than_nothing_is_on_hand(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_check, "SECONDS_BETWEEN_LOOKS", 0.0)
    here = early(acme)
    item = here.item()["id"]
    ship(here, here.confirmed((item, 3)))
    here.confirmed((item, 2))
    started = acme.post("/v1/stock/check", {})
    acme.world.settle()
    job = acme.get(started.header("location")).ok()
    assert (job["state"], job["report"]["drift_count"], job["report"]["rows"]) == ("done", 0, 1)


def test_a_setting_is_applied_piece_by_piece(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PIECE_SECONDS", 0.0)
    monkeypatch.setattr(settings, "_ROWS", 2)
    here = shop(acme)
    items = [here.item(on_hand=1)["id"] for _ in range(5)]
    turn(here, on=True)
    orders = [here.confirmed((item, 2)) for item in items]
    assert {quantities(acme, order) for order in orders} == {("2", "0", "0")}
