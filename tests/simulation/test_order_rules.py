"""The pure rules of orders, without a store: who gets what, and what it comes to."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.price_lists.finding_schemas import SaleTerms
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.decimals import Amount, Percent, Price, Quantity
from chalicelib.kernel.money import RoundingRule, minor_units
from chalicelib.sales.orders import amounts, line_terms, rules
from chalicelib.sales.orders.content import ContentCharge, ContentLine
from chalicelib.sales.orders.line_schemas import ChargeKind, NewSalesOrderLine
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.line_terms import Asked, LineTerms
from chalicelib.sales.orders.rules import Want
from chalicelib.sales.orders.status_schemas import ReservationMode

BOUNDS = settings(max_examples=150)
STOCK_KEYS = [StockKey("bike", "here"), StockKey("bike", "there"), StockKey("bell", "here")]
NOTHING = Decimal(0)


def decimals(most: int, places: int) -> st.SearchStrategy[Decimal]:
    """Exact decimals from zero to `most`."""
    return st.integers(0, most * 10**places).map(lambda value: Decimal(value).scaleb(-places))


# --- who gets what ----------------------------------------------------------------------------------------------------


@st.composite
def wants(draw: st.DrawFn) -> Want:
    picked, held, outstanding = sorted(draw(st.lists(decimals(9, 2), min_size=3, max_size=3)))
    key = draw(st.sampled_from(STOCK_KEYS))
    return Want(key, "SKU", "/lines/0", outstanding, held, NOTHING, picked, LineState(1, outstanding))


FREE = st.dictionaries(st.sampled_from(STOCK_KEYS), decimals(20, 2))


def pools(lines: list[Want], free: dict[StockKey, Decimal]) -> dict[StockKey, Decimal]:
    """All that the lines of a stock key may hold together."""
    pool: dict[StockKey, Decimal] = defaultdict(Decimal, free)
    for line in lines:
        pool[line.stock_key] += line.held
    return pool


@BOUNDS
@given(st.lists(wants(), max_size=8), FREE)
def test_partial_gives_all_there_is_earlier_lines_first_and_keeps_what_is_picked(
    lines: list[Want], free: dict[StockKey, Decimal]
) -> None:
    taken = rules.allocate(lines, free, ReservationMode.PARTIAL)
    pool = pools(lines, free)
    for key in STOCK_KEYS:
        here = [(line, got) for line, got in zip(lines, taken, strict=True) if line.stock_key == key]
        total = sum((got for _, got in here), NOTHING)
        demand = sum((line.outstanding for line, _ in here), NOTHING)
        assert total == min(demand, pool[key]) or not here
        is_short = False
        for line, got in here:
            assert line.picked <= got <= line.outstanding
            assert not is_short or got == line.picked
            is_short = is_short or got < line.outstanding


@BOUNDS
@given(st.lists(wants(), max_size=8), FREE)
def test_full_gives_everything_or_names_every_line_that_is_short_with_the_summed_demand(
    lines: list[Want], free: dict[StockKey, Decimal]
) -> None:
    pool = pools(lines, free)
    demand: dict[StockKey, Decimal] = defaultdict(Decimal)
    picked: dict[StockKey, Decimal] = defaultdict(Decimal)
    for line in lines:
        demand[line.stock_key] += line.outstanding
        picked[line.stock_key] += line.picked
    short = [line.stock_key for line in lines if demand[line.stock_key] > pool[line.stock_key]]
    try:
        taken = rules.allocate(lines, free, ReservationMode.FULL)
    except InsufficientStock as refused:
        named = [StockKey(entry.item_id, entry.warehouse_id) for entry in refused.shortages]
        assert named == short != []
        for key, entry in zip(named, refused.shortages, strict=True):
            assert entry.wanted == demand[key] - picked[key]
            assert entry.available == pool[key] - picked[key]
    else:
        assert short == []
        assert taken == [line.outstanding for line in lines]


# --- what it comes to -------------------------------------------------------------------------------------------------


@st.composite
def new_lines(draw: st.DrawFn, currency: str) -> NewSalesOrderLine:
    quantity = Quantity(draw(decimals(1000, 6).filter(lambda value: value > 0)))
    price = Price(draw(decimals(10_000, 6)))
    discount: dict[str, Any] = {}
    unit = Decimal(1).scaleb(-minor_units(currency))
    kind = draw(st.sampled_from(["none", "percent", "amount"]))
    if kind == "percent":
        discount["discount_percent"] = Percent(draw(decimals(100, 4)))
    if kind == "amount":
        discount["discount_amount"] = Amount((quantity * price * draw(decimals(1, 4))).quantize(unit, "ROUND_DOWN"))
    tax = Amount((quantity * price * draw(decimals(1, 4))).quantize(unit, "ROUND_DOWN"))
    return NewSalesOrderLine(item_id="itm", quantity=quantity, unit_price=price, tax_amount=tax, **discount)


@st.composite
def orders(draw: st.DrawFn) -> tuple[str, RoundingRule, list[ContentLine], list[ContentCharge], bool]:
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    rounding = draw(st.sampled_from(RoundingRule))
    item: Any = SimpleNamespace(
        id="itm", sku="S", name="Thing", kind=ItemKind.STOCKED, unit="kg", units=[], price=None, tax_code_id=None
    )
    terms = LineTerms("wh_1", currency, rounding, SaleTerms(currency=currency), date.min)
    given_lines = draw(st.lists(new_lines(currency), min_size=1, max_size=6))
    lines = []
    for number, line in enumerate(given_lines, 1):
        built = line_terms.content_line(number, Asked(line, item, None, None, ""), terms)
        assert isinstance(built, ContentLine), built
        lines.append(built)
    charged = draw(st.lists(decimals(50, minor_units(currency)), max_size=3))
    charges = [ContentCharge(kind=ChargeKind.SHIPPING, amount=amount, tax_amount=amount) for amount in charged]
    return currency, rounding, lines, charges, draw(st.booleans())


@BOUNDS
@given(orders())
def test_totals_add_up_in_the_minor_unit_whatever_the_rounding(
    order: tuple[str, RoundingRule, list[ContentLine], list[ContentCharge], bool],
) -> None:
    currency, rounding, lines, charges, includes_tax = order
    sums = amounts.totals(lines, charges, currency, rounding, prices_include_tax=includes_tax)
    unit = Decimal(1).scaleb(-minor_units(currency))
    for name in sums.__struct_fields__:
        value = getattr(sums, name)
        assert value >= 0, name
        assert value == value.quantize(unit), name
        assert -value.as_tuple().exponent == minor_units(currency), name
    assert sums.gross - sums.discount == sums.net
    assert sums.total == sums.net + sums.charges + (NOTHING if includes_tax else sums.tax)
    if rounding.endswith("per_line"):
        assert sums.net == sum((line.net for line in lines), NOTHING)


@BOUNDS
@given(orders())
def test_rounding_moves_no_sum_by_more_than_half_a_unit_a_line(
    order: tuple[str, RoundingRule, list[ContentLine], list[ContentCharge], bool],
) -> None:
    currency, rounding, lines, _, _ = order
    sums = amounts.totals(lines, [], currency, rounding, prices_include_tax=True)
    half = Decimal(1).scaleb(-minor_units(currency)) / 2
    exact = sum((line.quantity * line.unit_price for line in lines), NOTHING)
    allowed = half * len(lines) if rounding.endswith("per_line") else half
    assert abs(sums.gross - exact) <= allowed


@BOUNDS
@given(st.integers(0, 10**6))
def test_halves_go_up_or_to_the_even_neighbour(cents: int) -> None:
    line = ContentLine(
        line=1,
        item_id="i",
        sku="s",
        name="n",
        unit="u",
        base_unit="u",
        price_unit="u",
        warehouse_id="w",
        quantity=Decimal("0.5"),
        base_quantity=Decimal("0.5"),
        unit_price=Decimal(2 * cents + 1).scaleb(-2),
    )
    up = amounts.totals([line], [], "EUR", RoundingRule.HALF_UP_PER_TOTAL, prices_include_tax=True).gross
    even = amounts.totals([line], [], "EUR", RoundingRule.HALF_EVEN_PER_TOTAL, prices_include_tax=True).gross
    assert up == Decimal(cents + 1).scaleb(-2)
    assert even == Decimal(cents + cents % 2).scaleb(-2)
