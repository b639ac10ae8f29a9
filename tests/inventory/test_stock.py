"""Stock through the API."""

import time
from decimal import Decimal

import pytest

from chalicelib.inventory.stock.moves import Move, move
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work
from tests.factories import shop
from tests.world import Client


def test_receipts_adjustments_and_transfers_write_a_ledger_with_a_running_balance(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand="10.5", unit="kg")["id"]
    shelf = here.bin("SHELF-1")
    adjustment = {"lines": [{"item_id": item, "location_id": here.location, "change": "-0.5"}], "reason": "damaged"}
    acme.post("/v1/stock/adjustments", adjustment).ok()
    line = {"item_id": item, "from_location_id": here.location, "to_location_id": shelf, "quantity": "4"}
    acme.post("/v1/stock/transfers", {"lines": [line], "reference": "MOVE 7"}).ok()
    assert here.level(item) == ("10", "0", "10")
    assert (here.at(item), here.at(item, shelf)) == ("6", "4")
    ledger = acme.get(f"/v1/stock/ledger?item_id={item}&warehouse_id={here.warehouse}").ok()["data"]
    names = ("seq", "kind", "quantity", "balance", "place_balance", "location_id")
    assert [tuple(row[name] for name in names) for row in ledger] == [
        (4, "transfer_in", "4", "10", "4", shelf),
        (3, "transfer_out", "-4", "6", "6", here.location),
        (2, "adjustment", "-0.5", "10", "10", here.location),
        (1, "receipt", "10.5", "10.5", "10.5", here.location),
    ]
    assert ledger[2]["reason"] == "damaged"
    assert ledger[0]["reference"] == "MOVE 7"
    for place, seqs in ((here.location, [3, 2, 1]), (shelf, [4])):
        found = acme.get(f"/v1/stock/ledger?item_id={item}&location_id={place}").ok()["data"]
        assert [row["seq"] for row in found] == seqs


def test_what_there_was_at_a_time_is_known_of_warehouses_and_of_locations(acme: Client) -> None:
    here = shop(acme)
    item, shelf = here.item()["id"], here.bin("SHELF-1")
    times = []
    for quantity, place in ((10, here.location), (3, shelf), (1, here.location), (2, shelf)):
        here.receive(item, quantity, place)
        times.append(acme.get(f"/v1/stock?item_id={item}").ok()["data"][0]["moved_at"])
        time.sleep(0.002)

    def on_hand(place: str, at: str) -> str:
        return acme.get(f"/v1/stock/as-of?item_id={item}&{place}&at={at}").ok()["on_hand"]

    whole, loose, binned = f"warehouse_id={here.warehouse}", f"location_id={here.location}", f"location_id={shelf}"
    found = [tuple(on_hand(place, at) for place in (whole, loose, binned)) for at in times]
    assert found == [("10", "10", "0"), ("13", "10", "3"), ("14", "11", "3"), ("16", "11", "5")]
    assert on_hand(binned, "2020-01-01T00:00:00Z") == "0"
    acme.get(f"/v1/stock/as-of?item_id={item}&at={times[0]}").refused(400, "bad_request")


def test_more_than_there_is_cannot_leave_and_the_refusal_names_it(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=3)["id"]
    adjustment = {"lines": [{"item_id": item, "location_id": here.location, "change": "-5"}], "reason": "lost"}
    problem = acme.post("/v1/stock/adjustments", adjustment).refused(409, "insufficient_stock")
    assert problem["shortages"] == [
        {
            "pointer": "/lines/0",
            "item_id": item,
            "warehouse_id": here.warehouse,
            "location_id": here.location,
            "wanted": "5",
            "available": "3",
            "sku": acme.get(f"/v1/items/{item}").ok()["sku"],
            "held_by": [],
        }
    ]
    assert here.level(item) == ("3", "0", "3")


def test_unknown_and_archived_items_and_places_are_all_named(acme: Client) -> None:
    here = shop(acme)
    item = here.item()
    acme.post(f"/v1/items/{item['id']}/archive", etag=1).ok()
    ghost = "0" * 26
    lines = [
        {"item_id": item["id"], "location_id": here.location, "quantity": "1"},
        {"item_id": f"itm_{ghost}", "location_id": here.location, "quantity": "1"},
    ]
    problem = acme.post("/v1/stock/receipts", {"lines": lines}).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
        ("/lines/0/item_id", "archived_item"),
        ("/lines/1/item_id", "unknown_item"),
    ]
    nowhere = [{"item_id": here.item()["id"], "location_id": f"loc_{ghost}", "quantity": "1"}]
    problem = acme.post("/v1/stock/receipts", {"lines": nowhere}).refused(422, "invalid")
    assert problem["errors"][0]["pointer"] == "/lines/0/location_id"


def test_what_leaves_must_be_an_item_but_may_be_an_archived_one(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=2)
    acme.post(f"/v1/items/{item['id']}/archive", etag=1).ok()
    line = {"location_id": here.location, "change": "-1"}
    scrap = {"lines": [{**line, "item_id": item["id"]}], "reason": "lost"}
    acme.post("/v1/stock/adjustments", scrap).ok()
    ghost = {"lines": [{**line, "item_id": f"itm_{'0' * 26}"}], "reason": "lost"}
    problem = acme.post("/v1/stock/adjustments", ghost).refused(422, "invalid")
    assert problem["errors"][0]["code"] == "unknown_item"


def test_availability_of_many_skus_comes_in_one_call(acme: Client) -> None:
    here = shop(acme)
    first, second = here.item(on_hand=5), here.item(on_hand=7)
    shelf = here.bin("S1")
    here.receive(first["id"], 2, shelf)
    skus = f"{first['sku']},{second['sku']},NONE"
    everywhere = acme.get(f"/v1/stock/availability?skus={skus}").ok()
    assert [(row["sku"], row["available"]) for row in everywhere["data"]] == [(first["sku"], "7"), (second["sku"], "7")]
    assert everywhere["unknown"] == ["NONE"]
    at_home = acme.get(f"/v1/stock/availability?skus={skus}&warehouse_id={here.warehouse}").ok()
    assert [row["available"] for row in at_home["data"]] == ["7", "7"]


def test_a_location_can_be_archived_only_when_it_is_empty(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=1)["id"]
    shelf = here.bin("S1")
    line = {"item_id": item, "from_location_id": here.location, "to_location_id": shelf, "quantity": "1"}
    acme.post("/v1/stock/transfers", {"lines": [line]}).ok()
    acme.post(f"/v1/locations/{shelf}/archive", etag=1).refused(409, "conflict")
    back = {"item_id": item, "from_location_id": shelf, "to_location_id": here.location, "quantity": "1"}
    acme.post("/v1/stock/transfers", {"lines": [back]}).ok()
    acme.post(f"/v1/locations/{shelf}/archive", etag=1).ok()
    problem = acme.post("/v1/stock/transfers", {"lines": [line]}).refused(422, "invalid")
    assert problem["errors"][0]["code"] == "archived_location"
    acme.post(f"/v1/locations/{shelf}/restore", etag=2).ok()
    acme.post("/v1/stock/transfers", {"lines": [line]}).ok()


def test_nothing_is_put_into_a_location_that_is_archived_meanwhile(acme: Client) -> None:
    here = shop(acme)
    item, shelf = here.item()["id"], here.bin("S1")
    call = Call.system(Tenant(acme.tenant), "test")
    work = Work(call)
    place = Place(shelf, here.warehouse)
    move(work, [Move(item, place, Decimal(1), StockMovementKind.RECEIPT, "R-1")])
    acme.post(f"/v1/locations/{shelf}/archive", etag=1).ok()
    with pytest.raises(store.Cancelled) as cancelled:
        store.transact(work.actions, "token-of-this-test")
    assert "ConditionalCheckFailed" in cancelled.value.reasons
    assert here.at(item, shelf) == "0"
