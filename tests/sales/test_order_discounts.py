"""The discount of a whole order: every line has its share, and everything adds up to the cent."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.kernel.money import RoundingRule
from chalicelib.sales.orders import amounts, discounts
from chalicelib.sales.orders.content import ContentLine, Header
from tests.factories import Shop, shop
from tests.world import Client


def order_of(here: Shop, *prices: str, **fields: Any) -> Any:
    item = here.item(on_hand=50)["id"]
    lines = [{"item_id": item, "quantity": "1", "unit_price": price} for price in prices]
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": lines, **fields}
    return here.client.post("/v1/sales-orders", body).ok()


def test_every_line_has_its_share_and_the_shares_add_up(acme: Client) -> None:
    order = order_of(shop(acme), "10.00", "10.00", "10.00", discount_amount="10.00")
    assert [line["order_discount"] for line in order["lines"]] == ["3.34", "3.33", "3.33"]
    assert [line["net"] for line in order["lines"]] == ["6.66", "6.67", "6.67"]
    assert (order["totals"]["gross"], order["totals"]["discount"], order["totals"]["total"]) == (
        "30.00",
        "10.00",
        "20.00",
    )


def test_a_percentage_holds_after_the_discounts_of_lines_and_follows_edits(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    line = {"item_id": item, "quantity": "1", "unit_price": "100", "discount_percent": "10"}
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line], "discount_percent": "50"}
    order = acme.post("/v1/sales-orders", body).ok()
    assert (order["lines"][0]["net"], order["totals"]["total"]) == ("45.00", "45.00")
    path = f"/v1/sales-orders/{order['id']}"
    edited = acme.patch(path, {"lines": [{"line": 1, "quantity": "2"}]}, etag=1).ok()
    assert (edited["lines"][0]["order_discount"], edited["totals"]["total"]) == ("90.00", "90.00")
    without = acme.patch(path, {"discount_percent": None}, etag=2).ok()
    assert (without["lines"][0]["order_discount"], without["totals"]["total"]) == ("0.00", "180.00")
    assert acme.get(f"{path}/revisions").ok()["data"][0]["changed"] == ["/discount_percent"]


def test_taxes_are_on_what_is_left_after_the_discount(acme: Client) -> None:
    here = shop(acme)
    rates = [{"country": "DE", "percent": "19"}]
    code = acme.post("/v1/tax-codes", {"code": "VAT", "name": "VAT", "rates": rates}).ok()["id"]
    line = {"item_id": here.item()["id"], "quantity": "1", "unit_price": "100", "tax_code_id": code}
    address = {"lines": ["Weg 1"], "city": "Bonn", "country": "DE"}
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line], "discount_percent": "10"}
    order = acme.post("/v1/sales-orders", {**body, "shipping_address": address}).ok()
    assert (order["totals"]["net"], order["totals"]["tax"], order["totals"]["total"]) == ("90.00", "17.10", "107.10")


def test_what_is_cancelled_takes_its_share_of_the_discount_with_it(acme: Client) -> None:
    here = shop(acme)
    order = here.confirmed((here.item(on_hand=10)["id"], 10), discount_amount="10")
    body = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "3"}], "ship": {}}
    acme.post("/v1/shipments", body).ok()
    closed = acme.post(f"/v1/sales-orders/{order['id']}/close", etag=3).ok()
    assert (closed["lines"][0]["order_discount"], closed["totals"]["total"]) == ("10.00", "27.00")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"discount_amount": "20.01"}, "too_much"),
        ({"discount_amount": "1.001"}, "too_precise"),
        ({"discount_amount": "1", "discount_percent": "1"}, "two_discounts"),
    ],
)
def test_discounts_that_cannot_be_given_are_refused(acme: Client, fields: dict[str, str], code: str) -> None:
    here = shop(acme)
    line = {"item_id": here.item()["id"], "quantity": "2", "unit_price": "10"}
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line], **fields}
    problem = acme.post("/v1/sales-orders", body).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/discount_amount", code)]


def _line(number: int, quantity: Decimal, price: Decimal) -> ContentLine:
    return ContentLine(
        line=number,
        item_id="itm",
        sku="A",
        name="A",
        kind=ItemKind.STOCKED,
        unit="each",
        base_unit="each",
        price_unit="each",
        warehouse_id="wh",
        quantity=quantity,
        base_quantity=quantity,
        unit_price=price,
    )


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 100_000)), min_size=1, max_size=12),
    st.sampled_from(RoundingRule),
    st.integers(0, 100),
    st.booleans(),
)
def test_shares_add_up_and_no_line_is_worth_less_than_nothing(
    pairs: list[tuple[int, int]], rounding: RoundingRule, percent: int, is_amount: bool
) -> None:
    lines = [_line(number, Decimal(pieces), Decimal(cents) / 100) for number, (pieces, cents) in enumerate(pairs, 1)]
    value = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
    amount = (value * percent / 100).quantize(Decimal("0.01"))
    header = Header(rounding=rounding, discount_amount=amount) if is_amount else Header(rounding=rounding)
    if not is_amount:
        header = Header(rounding=rounding, discount_percent=Decimal(percent))
    found = discounts.applied(lines, header, "EUR")
    if is_amount:
        assert sum(line.order_discount for line in found) == (amount if value else 0)
    assert all(line.net >= 0 and line.order_discount >= 0 for line in found)
    totals = amounts.totals(found, [], "EUR", rounding, prices_include_tax=False)
    assert totals.gross - totals.discount == totals.net
    assert not rounding.is_per_line or sum(line.net for line in found) == totals.net
    assert discounts.applied(found, header, "EUR") == found
