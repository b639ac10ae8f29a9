"""Codes of items: one spelling or another is one item; quantities are as fine as the unit."""

from decimal import Decimal

import pytest

from chalicelib.catalog.items import units
from chalicelib.catalog.items.units import Unit
from tests.factories import shop
from tests.world import Client


@pytest.mark.parametrize("spelling", ["bike-1", "BIKE-1 ", "Bike-1\u200b"])
def test_skus_that_differ_in_case_or_a_blank_are_one_item(acme: Client, spelling: str) -> None:
    first = acme.post("/v1/items", {"sku": "BIKE-1", "name": "City bike"}).ok()
    problem = acme.post("/v1/items", {"sku": spelling, "name": "x"}).refused(409, "already_exists")
    says = f"This SKU belongs to another item: {first['id']}."
    assert problem["detail"] == says
    assert problem["errors"] == [{"pointer": "/sku", "code": "already_exists", "message": says}]


def test_an_item_is_found_by_any_spelling_of_its_sku_and_shown_as_it_was_typed(acme: Client) -> None:
    item = acme.post("/v1/items", {"sku": " Fahrra\u0308der  26", "name": "x", "category": "Fahrr\u00e4der"}).ok()
    assert (item["sku"], item["category"]) == ("Fahrr\u00e4der  26", "Fahrr\u00e4der")
    for path in ("/v1/items?sku=FAHRR%C3%84DER%2026", "/v1/items?category=fahrra%CC%88der"):
        assert [found["id"] for found in acme.get(path).ok()["data"]] == [item["id"]]
    there = acme.get("/v1/stock/availability?skus=fahrr%C3%A4der%2026,nothing").ok()
    assert ([found["item_id"] for found in there["data"]], there["unknown"]) == ([item["id"]], ["nothing"])
    rows = [{"sku": "FAHRR\u00c4DER 26", "name": "y"}]
    upserted = acme.post("/v1/items/bulk-upsert", {"items": rows}).ok()["rows"]
    assert [(row["outcome"], row["id"]) for row in upserted] == [("updated", item["id"])]
    here = shop(acme)
    order = here.order((item["id"], 1))
    lines = [{"sku": "fahrr\u00e4der 26 ", "quantity": "2", "unit_price": "1", "line": 1}]
    edited = acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": lines}, etag=1).ok()
    assert edited["lines"][0]["item_id"] == item["id"]


def test_the_spelling_of_a_sku_can_change_and_others_cannot_take_it(acme: Client) -> None:
    item = acme.post("/v1/items", {"sku": "bike-1", "name": "x"}).ok()
    assert acme.patch(f"/v1/items/{item['id']}", {"sku": "BIKE-1"}, etag=1).ok()["sku"] == "BIKE-1"
    acme.post("/v1/items", {"sku": "bike-1", "name": "y"}).refused(409, "already_exists")
    assert acme.patch(f"/v1/items/{item['id']}", {"sku": "BIKE-2"}, etag=2).ok()["sku"] == "BIKE-2"
    acme.post("/v1/items", {"sku": "bike-1", "name": "y"}).ok()


def test_items_are_sorted_by_sku_whatever_its_case(acme: Client) -> None:
    for sku in ("b-1", "A-1", "C-1"):
        acme.post("/v1/items", {"sku": sku, "name": "x"}).ok()
    assert [item["sku"] for item in acme.get("/v1/items?sort=sku").ok()["data"]] == ["A-1", "b-1", "C-1"]


def test_rows_of_one_bulk_that_name_one_item_twice_are_refused(acme: Client) -> None:
    rows = [{"sku": "A-1", "name": "x"}, {"sku": "a-1", "name": "y"}]
    body = {"items": rows, "on_error": "all_or_nothing"}
    problem = acme.post("/v1/items/bulk-upsert", body).refused(422, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/items/1/sku", "repeated")]


def test_a_refused_row_of_one_bulk_is_named_by_its_place(acme: Client) -> None:
    acme.post("/v1/items", {"sku": "OTHER", "name": "x", "barcodes": [{"code": "A-1"}]}).ok()
    good, body = {"sku": "A", "name": "x"}, {"on_error": "all_or_nothing"}
    taken, fine = (
        {"sku": "B", "name": "x", "barcodes": [{"code": "a-1"}]},
        {"sku": "C", "name": "x", "reorder_point": "0.5"},
    )
    problem = acme.post("/v1/items/bulk-upsert", {**body, "items": [good, taken]}).refused(409, "already_exists")
    assert [error["pointer"] for error in problem["errors"]] == ["/items/1/barcodes/0/code"]
    problem = acme.post("/v1/items/bulk-upsert", {**body, "items": [good, fine]}).refused(422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/items/1/reorder_point"]


def test_a_sku_with_a_comma_goes_in_quotes(acme: Client) -> None:
    acme.post("/v1/items", {"sku": 'TUBE 1,5" X', "name": "x"}).ok()
    there = acme.get("/v1/stock/availability?skus=%22TUBE%201,5%22%22%20X%22,other").ok()
    assert ([found["sku"] for found in there["data"]], there["unknown"]) == (['TUBE 1,5" X'], ["other"])


@pytest.mark.parametrize(
    ("quantity", "unit", "says"),
    [
        ("1.5", Unit.EACH, "Use a whole number: the unit is each."),
        ("2.0005", Unit.GRAM, "Use at most 3 decimal places: the unit is g."),
    ],
)
def test_a_quantity_finer_than_its_unit_is_refused(quantity: str, unit: Unit, says: str) -> None:
    assert [(error.code, error.message) for error in units.errors(Decimal(quantity), unit, "/q")] == [
        ("too_precise", says)
    ]


@pytest.mark.parametrize(("quantity", "unit"), [("1.0", Unit.EACH), ("-3", Unit.PAIR), ("0.000001", Unit.KILOGRAM)])
def test_a_quantity_as_fine_as_its_unit_is_accepted(quantity: str, unit: Unit) -> None:
    assert units.errors(Decimal(quantity), unit, "/q") == []


def test_a_unit_that_nobody_counts_in_is_refused(acme: Client) -> None:
    problem = acme.post("/v1/items", {"sku": "A", "name": "x", "unit": "ech"}).refused(422, "invalid")
    (error,) = problem["errors"]
    assert (error["pointer"], error["code"]) == ("/unit", "not_one_of")
    assert error["message"].startswith("Choose one of: each, pair, set,")


def test_half_a_piece_is_refused_wherever_a_quantity_is_taken(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)["id"]
    there = here.bin("SHELF")
    line = {"item_id": item, "location_id": here.location}
    move = {"item_id": item, "from_location_id": here.location, "to_location_id": there, "quantity": "0.5"}
    order = here.confirmed((item, 4))
    for path, body, pointer in (
        ("/v1/items", {"sku": "HALF", "name": "x", "reorder_point": "0.5"}, "/reorder_point"),
        ("/v1/stock/receipts", {"lines": [{**line, "quantity": "0.5"}]}, "/lines/0/quantity"),
        ("/v1/stock/adjustments", {"lines": [{**line, "change": "-0.5"}], "reason": "lost"}, "/lines/0/change"),
        ("/v1/stock/transfers", {"lines": [move]}, "/lines/0/quantity"),
        ("/v1/shipments", {"order_id": order["id"], "lines": [{"line": 1, "quantity": "1.5"}]}, "/lines/0/quantity"),
    ):
        problem = acme.post(path, body).refused(422, "invalid")
        assert problem["errors"] == [
            {"pointer": pointer, "code": "too_precise", "message": "Use a whole number: the unit is each."}
        ], path
    assert here.level(item)[0] == "5"
