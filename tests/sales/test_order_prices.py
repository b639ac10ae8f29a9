"""Prices of orders: from price lists by customer, group, channel, quantity and day, else from the item."""

from typing import Any

from tests.factories import Shop, shop
from tests.world import Client


def price_list(client: Client, code: str, item_id: str, *entries: dict[str, Any], **fields: Any) -> str:
    """A price list in euros with prices of one item."""
    body = {"code": code, "name": code, "currency": "EUR", **fields}
    made = client.post("/v1/price-lists", body).ok()["id"]
    client.post(f"/v1/price-lists/{made}/prices", {"item_id": item_id, "entries": list(entries)}).ok()
    return str(made)


def line_of(here: Shop, line: dict[str, Any], **fields: Any) -> Any:
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line], **fields}
    return here.client.post("/v1/sales-orders", body).ok()["lines"][0]


def test_a_line_without_a_price_gets_that_of_the_list_that_holds_and_says_why(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(price={"amount": "100", "currency": "EUR"}, units=[{"unit": "box", "numerator": "10"}])
    each, box = {"unit": "each", "amount": "90"}, {"unit": "box", "amount": "800"}
    price_list(acme, "ALL", bike["id"], each, {**each, "minimum_quantity": "5", "amount": "85"}, box)
    price_list(acme, "RETAIL", bike["id"], {"unit": "each", "discount_percent": "20"}, customer_group="retail")
    price_list(acme, "FAIR", bike["id"], {"unit": "each", "amount": "70"}, channel="fair")
    own = price_list(acme, "OWN", bike["id"], {"unit": "each", "amount": "60"})
    line: dict[str, Any] = {"item_id": bike["id"], "quantity": "1"}
    found = line_of(here, line)
    assert (found["unit_price"], found["price_source"], found["price_reason"]) == ("90", "price_list", "list ALL")
    assert line_of(here, {**line, "quantity": "5"})["price_reason"] == "list ALL, from 5 each"
    boxed = line_of(here, {**line, "unit": "box"})
    assert (boxed["net"], boxed["price_unit"]) == ("800.00", "box")
    assert line_of(here, line, channel="Fair")["unit_price"] == "70"
    retail = acme.post("/v1/customers", {"kind": "company", "name": "R", "group": "Retail"}).ok()["id"]
    by_group = line_of(here, line, customer_id=retail)
    assert (by_group["unit_price"], by_group["discount_percent"], by_group["net"]) == ("100", "20", "80.00")
    special = {"kind": "company", "name": "S", "group": "retail", "price_list_id": own}
    customer = acme.post("/v1/customers", special).ok()["id"]
    assert line_of(here, line, customer_id=customer)["price_list_id"] == own
    given = line_of(here, {**line, "unit_price": "1"}, customer_id=customer)
    assert (given["unit_price"], given["price_source"], given["price_list_id"]) == ("1", "given", None)


def test_new_lines_of_an_order_are_priced_as_its_customer_was_and_kept_ones_keep_their_price(acme: Client) -> None:
    here = shop(acme)
    bike = here.item()
    own = price_list(acme, "OWN", bike["id"], {"unit": "each", "amount": "60"})
    buyer = {"kind": "company", "name": "S", "price_list_id": own, "tax_treatment": "reverse_charge"}
    customer = acme.post("/v1/customers", buyer).ok()["id"]
    lines: list[dict[str, Any]] = [{"item_id": bike["id"], "quantity": "1"}]
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "customer_id": customer, "lines": lines}
    order = acme.post("/v1/sales-orders", body).ok()
    assert order["tax_treatment"] == "reverse_charge"
    entries = [{"unit": "each", "amount": "66"}]
    acme.post(f"/v1/price-lists/{own}/prices", {"item_id": bike["id"], "entries": entries}).ok()
    change = {"lines": [{"line": 1, "quantity": "2"}, lines[0]]}
    edited = acme.patch(f"/v1/sales-orders/{order['id']}", change, etag=1).ok()
    assert [line["unit_price"] for line in edited["lines"]] == ["60", "66"]


def test_prices_count_by_day_and_only_in_the_currency_and_kind_of_the_order(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(price={"amount": "100", "currency": "EUR"})
    entry = {"unit": "each", "amount": "50", "valid_from": "2026-01-01", "valid_to": "2026-01-31"}
    price_list(acme, "JANUARY", bike["id"], entry)
    price_list(acme, "GROSS", bike["id"], {"unit": "each", "amount": "119"}, includes_tax=True)
    line = {"item_id": bike["id"], "quantity": "1"}
    assert line_of(here, line, ordered_at="2026-01-31T12:00:00Z")["unit_price"] == "50"
    assert line_of(here, line, ordered_at="2026-02-01T12:00:00Z")["unit_price"] == "100"
    assert line_of(here, line, ordered_at="2026-02-01T12:00:00Z", prices_include_tax=True)["unit_price"] == "119"
    body = {"warehouse_id": here.warehouse, "currency": "USD", "lines": [line]}
    (error,) = acme.post("/v1/sales-orders", body).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["message"]) == ("/lines/0/unit_price", "The item has no price in USD.")


def test_a_customer_can_only_be_given_a_list_that_is_there(acme: Client) -> None:
    body = {"kind": "person", "name": "A", "price_list_id": "prl_" + "0" * 26}
    (error,) = acme.post("/v1/customers", body).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/price_list_id", "unknown_price_list")


def test_shipped_goods_are_not_repriced(acme: Client) -> None:
    here = shop(acme)
    order = here.confirmed((here.item(on_hand=9)["id"], 3))
    path = f"/v1/sales-orders/{order['id']}"
    body = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "2"}], "ship": {}}
    acme.post("/v1/shipments", body).ok()
    version = acme.get(path).ok()["version"]
    terms = {"unit_price": "1", "discount_percent": "5"}
    change = {"lines": [{"line": 1, "quantity": "3", **terms}], "discount_amount": "1"}
    problem = acme.patch(path, {"discount_amount": "1"}, etag=version).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/discount_amount", "line_in_use")]
    del change["discount_amount"]
    problem = acme.patch(path, change, etag=version).refused(422, "invalid")
    assert {each["pointer"] for each in problem["errors"]} == {f"/lines/0/{name}" for name in terms}
    kept = acme.patch(path, {"lines": [{"line": 1, "quantity": "4", "unit_price": "10"}]}, etag=version).ok()
    assert kept["totals"]["total"] == "40.00"
