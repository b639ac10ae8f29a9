"""Taxes of orders: computed from tax codes, checked when given, apart when a marketplace collects them."""

from typing import Any

import pytest

from tests.factories import Shop, shop
from tests.world import Client

HOME = {"lines": ["Main St 1"], "city": "Ulm", "country": "DE"}
VIENNA = {"lines": ["Ring 1"], "city": "Wien", "country": "AT"}


def standard(client: Client, **fields: Any) -> str:
    """A tax code with 19 % in Germany and 20 % in Austria."""
    rates = [{"country": "DE", "percent": "19", "name": "VAT 19%"}, {"country": "AT", "percent": "20"}]
    body = {"code": "STANDARD", "name": "Standard rate", "rates": rates, **fields}
    return str(client.post("/v1/tax-codes", body).ok()["id"])


def order(here: Shop, lines: list[dict[str, Any]], **fields: Any) -> Any:
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "shipping_address": HOME, "lines": lines, **fields}
    return here.client.post("/v1/sales-orders", body)


def test_the_tax_of_a_line_is_computed_from_the_items_tax_code(acme: Client) -> None:
    here = shop(acme)
    code = standard(acme)
    bike = here.item(tax_code_id=code)
    charges = [{"kind": "shipping", "amount": "5.00", "tax_code_id": code}]
    made = order(here, [{"item_id": bike["id"], "quantity": "3", "unit_price": "9.99"}], charges=charges).ok()
    (line,) = made["lines"]
    assert (line["net"], line["tax_amount"], line["tax"]["percent"], line["tax"]["country"]) == (
        "29.97",
        "5.69",
        "19",
        "DE",
    )
    assert line["tax"]["reason"] == "VAT 19% in DE."
    assert (made["charges"][0]["tax_amount"], made["totals"]["tax"], made["totals"]["total"]) == (
        "0.95",
        "6.64",
        "41.61",
    )
    (rate,) = made["taxes"]
    assert (rate["code"], rate["percent"], rate["net"], rate["tax"]) == ("STANDARD", "19", "34.97", "6.64")
    assert made["tax_treatment"] == "taxable"


def test_a_given_tax_has_to_agree_with_its_code_to_the_minor_unit(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(tax_code_id=standard(acme))
    line = {"item_id": bike["id"], "quantity": "1", "unit_price": "10.00"}
    for tax in ("1.89", "1.90", "1.91"):
        assert order(here, [{**line, "tax_amount": tax}]).ok()["lines"][0]["tax_amount"] == tax
    (error,) = order(here, [line, {**line, "tax_amount": "1.88"}]).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/1/tax_amount", "wrong_tax")
    assert error["message"] == "By its tax code, the tax is 1.90 EUR."
    (error,) = order(here, [{**line, "tax_amount": "9999"}]).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/0/tax_amount", "too_much")
    without = order(here, [{**line, "tax_amount": "0.70", "tax_code_id": None}]).ok()["lines"][0]
    assert (without["tax"], without["tax_amount"]) == (None, "0.70")


def test_prices_with_tax_in_them_are_taken_apart(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(tax_code_id=standard(acme))
    lines = [{"item_id": bike["id"], "quantity": "1", "unit_price": "119.00"}]
    made = order(here, lines, prices_include_tax=True).ok()
    assert (made["lines"][0]["tax_amount"], made["totals"]["total"]) == ("19.00", "119.00")
    assert (made["taxes"][0]["net"], made["taxes"][0]["tax"]) == ("100.00", "19.00")


@pytest.mark.parametrize(("rounding", "taxes"), [("half_up_per_line", "0.09"), ("half_up_per_total", "0.08")])
def test_the_lines_sum_up_to_the_tax_of_the_document(acme: Client, rounding: str, taxes: str) -> None:
    here = shop(acme)
    bike = here.item(tax_code_id=standard(acme))
    lines = [{"item_id": bike["id"], "quantity": "1", "unit_price": "0.14"} for _ in range(3)]
    made = order(here, lines, rounding=rounding).ok()
    assert made["totals"]["tax"] == taxes
    assert sum(int(line["tax_amount"][-1]) for line in made["lines"]) == int(taxes[-1])


@pytest.mark.parametrize(("includes", "total"), [(False, "10.00"), (True, "8.40")])
def test_what_a_marketplace_collects_is_shown_apart_and_not_charged(
    acme: Client, *, includes: bool, total: str
) -> None:
    here = shop(acme)
    bike = here.item(tax_code_id=standard(acme))
    line = {"item_id": bike["id"], "quantity": "1", "unit_price": "10.00", "tax_collector": "marketplace"}
    made = order(here, [line], prices_include_tax=includes).ok()
    shown = made["lines"][0]
    assert (shown["tax_amount"], shown["marketplace_tax"]) == ("0.00", "1.60" if includes else "1.90")
    assert (made["totals"]["tax"], made["totals"]["total"]) == ("0.00", total)
    assert made["taxes"][0]["collector"] == "marketplace"
    given = order(here, [{**line, "tax_code_id": None, "tax_amount": "0.83"}]).ok()["lines"][0]
    assert (given["tax_amount"], given["marketplace_tax"]) == ("0.00", "0.83")


@pytest.mark.parametrize(
    ("treatment", "reason"),
    [
        ("exempt", "The customer is exempt from taxes."),
        ("reverse_charge", "The customer pays the tax to the tax office (reverse charge)."),
    ],
)
def test_a_customer_may_be_taxed_in_another_way(acme: Client, treatment: str, reason: str) -> None:
    here = shop(acme)
    bike = here.item(tax_code_id=standard(acme))
    lines = [{"item_id": bike["id"], "quantity": "1", "unit_price": "10.00"}]
    made = order(here, lines, tax_treatment=treatment).ok()
    assert (made["totals"]["tax"], made["lines"][0]["tax"]["reason"]) == ("0.00", reason)


def test_goods_that_go_to_another_place_are_taxed_anew_and_else_rates_stay(acme: Client) -> None:
    here = shop(acme)
    code = standard(acme)
    bike = here.item(tax_code_id=code)
    made = order(here, [{"item_id": bike["id"], "quantity": "1", "unit_price": "10.00"}]).ok()
    rates = [{"country": "DE", "percent": "16"}, {"country": "AT", "percent": "20"}]
    acme.patch(f"/v1/tax-codes/{code}", {"rates": rates}, etag=1).ok()
    path = f"/v1/sales-orders/{made['id']}"
    more = acme.patch(path, {"lines": [{"line": 1, "quantity": "2"}]}, etag=1).ok()
    assert more["totals"]["tax"] == "3.80"
    moved = acme.patch(path, {"shipping_address": VIENNA}, etag=2).ok()
    assert (moved["lines"][0]["tax"]["percent"], moved["totals"]["tax"]) == ("20", "4.00")
    assert acme.patch(path, {"lines": [{"line": 1, "quantity": "2"}]}, etag=3).ok()["version"] == 3


def test_rates_hold_by_the_day_of_the_order(acme: Client) -> None:
    here = shop(acme)
    rates = [
        {"country": "DE", "percent": "16", "valid_from": "2020-07-01", "valid_to": "2020-12-31"},
        {"country": "DE", "percent": "19", "valid_from": "2021-01-01"},
    ]
    bike = here.item(tax_code_id=standard(acme, rates=rates))
    lines = [{"item_id": bike["id"], "quantity": "1", "unit_price": "100"}]
    last_night = order(here, lines, ordered_at="2020-12-31T23:30:00+01:00").ok()
    assert (last_night["tax_date"], last_night["totals"]["tax"]) == ("2020-12-31", "16.00")
    delivered = order(here, lines, ordered_at="2020-12-31T23:30:00+01:00", tax_date="2021-01-04").ok()
    assert delivered["totals"]["tax"] == "19.00"
    before = order(here, lines, tax_date="2019-01-01").ok()["lines"][0]["tax"]
    assert (before["percent"], before["reason"]) == ("0", "The tax code has no rate for DE on 2019-01-01.")


def test_unknown_tax_codes_are_refused_at_their_place(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(tax_code_id=standard(acme))
    gone = "txc_" + "0" * 26
    lines = [{"item_id": bike["id"], "quantity": "1", "unit_price": "1", "tax_code_id": gone}]
    charges = [{"kind": "shipping", "amount": "1", "tax_code_id": gone}]
    errors = order(here, lines, charges=charges).refused(422, "invalid")["errors"]
    assert {(error["pointer"], error["code"]) for error in errors} == {
        ("/lines/0/tax_code_id", "unknown_tax_code"),
        ("/charges/0/tax_code_id", "unknown_tax_code"),
    }
