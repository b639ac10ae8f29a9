"""Rules of sales orders alone: nothing is stored here. Over random orders: simulation/test_order_rules.py."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.catalog.items.conversions import Measured
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.decimals import Amount, Percent, Price, Quantity
from chalicelib.kernel.errors import FieldError, TransitionRefused
from chalicelib.kernel.money import RoundingRule
from chalicelib.sales.orders import amounts, rules
from chalicelib.sales.orders.content import ContentLine
from chalicelib.sales.orders.line_schemas import NewSalesOrderLine
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.rules import Want
from chalicelib.sales.orders.states import SALES_ORDER
from chalicelib.sales.orders.status_schemas import BillingStatus, FulfilmentStatus, ReservationMode, SalesOrderStatus
from chalicelib.sales.orders.tables import SalesOrder

BIKE, BELL = StockKey("itm_bike", "wh_here"), StockKey("itm_bell", "wh_here")


def want(key: StockKey, outstanding: str, held: str = "0", picked: str = "0") -> Want:
    numbers = (Decimal(outstanding), Decimal(held), Decimal(0), Decimal(picked))
    return Want(key, "SKU", "/lines/0", *numbers, LineState(1, Decimal(outstanding)))


def state(
    ordered: str, committed: str = "0", picked: str = "0", shipped: str = "0", billed: str = "0", waits: str = "0"
) -> LineState:
    numbers = map(Decimal, (ordered, committed, picked, shipped, billed))
    return LineState(1, *numbers, backordered=Decimal(waits))


@pytest.mark.parametrize(
    ("wants", "free", "expected"),
    [
        ([want(BIKE, "3")], {BIKE: Decimal("5")}, ["3"]),
        ([want(BIKE, "3")], {BIKE: Decimal("2")}, ["2"]),
        ([want(BIKE, "3")], {}, ["0"]),
        ([want(BIKE, "3", "1", "1")], {BIKE: Decimal("0")}, ["1"]),
        ([want(BIKE, "2"), want(BIKE, "2")], {BIKE: Decimal("3")}, ["2", "1"]),
        ([want(BIKE, "2", "2"), want(BIKE, "2")], {BIKE: Decimal("1")}, ["2", "1"]),
        ([want(BIKE, "1", "2"), want(BIKE, "2")], {BIKE: Decimal("0")}, ["1", "1"]),
        ([want(BIKE, "2"), want(BELL, "2")], {BIKE: Decimal("1"), BELL: Decimal("9")}, ["1", "2"]),
    ],
)
def test_partial_reservation_gives_what_there_is_to_earlier_lines_first(
    wants: list[Want], free: dict[StockKey, Decimal], expected: list[str]
) -> None:
    assert rules.allocate(wants, free, ReservationMode.PARTIAL) == [Decimal(each) for each in expected]


def test_full_reservation_names_every_line_that_is_short_with_the_demand_of_all_lines() -> None:
    wants = [want(BIKE, "2"), want(BELL, "1"), want(BIKE, "2")]
    with pytest.raises(InsufficientStock) as refused:
        rules.allocate(wants, {BIKE: Decimal(3), BELL: Decimal(1)}, ReservationMode.FULL)
    assert [(each.item_id, each.wanted, each.available) for each in refused.value.shortages] == [
        ("itm_bike", Decimal(4), Decimal(3)),
        ("itm_bike", Decimal(4), Decimal(3)),
    ]


@pytest.mark.parametrize(
    ("states", "status", "fulfilment", "billing"),
    [
        ([state("2", "2")], "confirmed", "committed", "not_billed"),
        ([state("2", "1", waits="1")], "confirmed", "backordered", "not_billed"),
        ([state("2", "2", "1")], "in_progress", "committed", "not_billed"),
        ([state("2", "1", "0", "1")], "in_progress", "partially_shipped", "not_billed"),
        ([state("2", "0", "0", "2", "1")], "done", "shipped", "partially_billed"),
        ([state("2", "0", "0", "2", "2")], "done", "shipped", "billed"),
        ([state("2", "0", "0", "2"), state("1", "1")], "in_progress", "partially_shipped", "not_billed"),
    ],
)
def test_the_status_of_an_order_follows_from_the_quantities_of_its_lines(
    states: list[LineState], status: str, fulfilment: str, billing: str
) -> None:
    assert rules.status(states) is SalesOrderStatus(status)
    assert rules.fulfilment(SalesOrderStatus(status), states) is FulfilmentStatus(fulfilment)
    assert rules.billing(states) is BillingStatus(billing)


@pytest.mark.parametrize(("committed", "waits", "expected"), [("0", "0", "3"), ("1", "0", "2"), ("1", "2", "0")])
def test_what_is_neither_committed_nor_waits_is_not_planned_yet(committed: str, waits: str, expected: str) -> None:
    assert state("3", committed, waits=waits).unplanned == Decimal(expected)


def line(**fields: Any) -> NewSalesOrderLine:
    return NewSalesOrderLine(item_id="itm_bike", quantity=Quantity(2), unit_price=Price("10"), **fields)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (line(), []),
        (line(discount_percent=Percent(100)), []),
        (line(tax_amount=Amount("20.00")), []),
        (line(tax_amount=Amount("20.01")), [("/tax_amount", "too_much")]),
        (line(tax_amount=Amount("3.80"), discount_percent=Percent(100)), []),
        (line(discount_amount=Amount("20.01")), [("/discount_amount", "too_much")]),
        (line(discount_amount=Amount("0.001")), [("/discount_amount", "too_precise")]),
        (line(tax_amount=Amount("0.001")), [("/tax_amount", "too_precise")]),
        (
            line(discount_percent=Percent(1), discount_amount=Amount(1)),
            [("/discount_amount", "two_discounts")],
        ),
    ],
)
def test_a_line_is_refused_for_each_wrong_amount(given: NewSalesOrderLine, expected: list[tuple[str, str]]) -> None:
    errors = amounts.line_errors(given, Fraction(20), "EUR", "")
    assert [(error.pointer, error.code) for error in errors] == expected


def test_a_line_without_a_price_needs_one_of_the_item_in_the_orders_currency() -> None:
    unpriced = NewSalesOrderLine(item_id="itm_bike", quantity=Quantity(1))
    item: Any = SimpleNamespace(unit="each", units=[])
    measured = Measured(Decimal(1), "each", Fraction(1), Decimal(1))
    error = amounts.given_price(unpriced, item, measured, "EUR", "/lines/3")
    assert isinstance(error, FieldError)
    assert (error.pointer, error.code) == ("/lines/3/unit_price", "required")


def content(net: str, quantity: str, price: str, tax: str = "0") -> ContentLine:
    return ContentLine(
        line=1,
        item_id="itm_bike",
        sku="BIKE",
        name="Bike",
        unit="each",
        base_unit="each",
        warehouse_id="wh_here",
        quantity=Decimal(quantity),
        base_quantity=Decimal(quantity),
        unit_price=Decimal(price),
        price_unit="each",
        tax_amount=Decimal(tax),
        net=Decimal(net),
    )


@pytest.mark.parametrize(
    ("rounding", "net"),
    [
        (RoundingRule.HALF_UP_PER_LINE, "0.02"),
        (RoundingRule.HALF_UP_PER_TOTAL, "0.01"),
    ],
)
def test_lines_are_rounded_and_then_summed_or_summed_and_then_rounded(rounding: RoundingRule, net: str) -> None:
    lines = [content("0.01", "1", "0.005"), content("0.01", "1", "0.005")]
    assert amounts.totals(lines, [], "EUR", rounding, prices_include_tax=False).net == Decimal(net)


def test_the_total_contains_tax_only_once() -> None:
    lines = [content("10.00", "1", "10", "1.90")]
    totals = amounts.totals(lines, [], "EUR", RoundingRule.HALF_UP_PER_LINE, prices_include_tax=False)
    assert (totals.net, totals.tax, totals.total) == (Decimal(10), Decimal("1.90"), Decimal("11.90"))
    totals = amounts.totals(lines, [], "EUR", RoundingRule.HALF_UP_PER_LINE, prices_include_tax=True)
    assert totals.total == Decimal(10)


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ("draft", ["update", "prioritize", "hold", "release", "confirm", "cancel"]),
        ("confirmed", ["update", "prioritize", "hold", "release", "ship", "cancel"]),
        ("in_progress", ["update", "prioritize", "hold", "release", "ship", "cancel", "close"]),
        ("done", []),
        ("cancelled", []),
    ],
)
def test_each_status_allows_its_steps_and_refuses_all_others(status: str, allowed: list[str]) -> None:
    order = SalesOrder(status=SalesOrderStatus(status))
    assert SALES_ORDER.allowed(order) == allowed
    for name in {"update", "prioritize", "confirm", "ship", "cancel", "close"} - set(allowed):
        with pytest.raises(TransitionRefused) as refused:
            SALES_ORDER.take(order, name)
        assert refused.value.members()["allowed_transitions"] == allowed
