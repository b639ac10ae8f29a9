"""Decisions about sales orders that need no store: prices, totals, allocation, states."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.catalog.items.schemas import Item
from chalicelib.inventory.stock.balances import StockKey, StockLevel
from chalicelib.inventory.stock.errors import InsufficientStock, Shortage
from chalicelib.kernel.decimals import Amount
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.money import RoundingMode, minor_units, rounded
from chalicelib.sales.orders.schemas import (
    BillingStatus,
    Charge,
    FulfilmentStatus,
    NewSalesOrderLine,
    Reservation,
    RoundingRule,
    SalesOrderStatus,
    Totals,
)
from chalicelib.sales.orders.tables import ContentLine, LineState

_NOTHING = Decimal(0)
MOST = Decimal(10**12)
"""What a line or a charge may be worth: the sums of an order then fit the 15 digits that amounts have on the wire."""

# --- prices -----------------------------------------------------------------------------------------------------------


def line_errors(line: NewSalesOrderLine, item: Item | None, currency: str, pointer: str) -> list[FieldError]:
    """What is wrong with the money of a line."""
    problems = []
    if line.discount_percent is not None and line.discount_amount is not None:
        problems.append(FieldError(f"{pointer}/discount_amount", "two_discounts", "Give percent or amount, not both."))
    if line.discount_percent is not None and line.discount_percent > 100:
        problems.append(FieldError(f"{pointer}/discount_percent", "too_much", "At most 100 percent."))
    if line.unit_price is None and (item is None or item.price is None or item.price.currency != currency):
        problems.append(FieldError(f"{pointer}/unit_price", "required", f"The item has no price in {currency}."))
    elif line.quantity * price(line, item) > MOST:
        problems.append(FieldError(f"{pointer}/quantity", "too_much", f"A line is worth at most {MOST}."))
    elif line.discount_amount is not None and line.discount_amount > line.quantity * price(line, item):
        problems.append(FieldError(f"{pointer}/discount_amount", "too_much", "More than the line's value."))
    if line.discount_amount is not None:
        problems += amount_errors(line.discount_amount, currency, f"{pointer}/discount_amount")
    problems += amount_errors(line.tax_amount, currency, f"{pointer}/tax_amount")
    return problems


def amount_errors(amount: Decimal, currency: str, pointer: str) -> list[FieldError]:
    """Amounts come in the currency's minor unit: nobody rounds them silently. They are at most MOST."""
    if amount > MOST:
        return [FieldError(pointer, "too_much", f"At most {MOST}.")]
    if amount == amount.quantize(Decimal(1).scaleb(-minor_units(currency))):
        return []
    return [FieldError(pointer, "too_precise", f"{currency} has {minor_units(currency)} decimal places.")]


def price(line: NewSalesOrderLine, item: Item | None) -> Decimal:
    """The line's own price, else the item's."""
    if line.unit_price is not None:
        return line.unit_price
    return item.price.amount if item and item.price else _NOTHING


def _mode(rounding: RoundingRule) -> RoundingMode:
    return RoundingMode.HALF_EVEN if rounding.startswith("half_even") else RoundingMode.HALF_UP


def content_line(
    number: int, line: NewSalesOrderLine, item: Item, location_id: str, currency: str, rounding: RoundingRule
) -> ContentLine:
    """A line as the order keeps it."""
    unit_price = price(line, item)
    net = line.quantity * unit_price - _discount(
        line.quantity * unit_price, line.discount_percent, line.discount_amount
    )
    return ContentLine(
        line=number,
        item_id=item.id,
        sku=item.sku,
        name=item.name,
        unit=item.unit,
        location_id=location_id,
        quantity=Decimal(line.quantity),
        unit_price=Decimal(unit_price),
        discount_percent=line.discount_percent,
        discount_amount=line.discount_amount,
        tax_amount=Decimal(line.tax_amount),
        net=rounded(net, currency, _mode(rounding)),
    )


def _discount(gross: Decimal, percent: Decimal | None, amount: Decimal | None) -> Decimal:
    if amount is not None:
        return amount
    return gross * percent / 100 if percent is not None else _NOTHING


def totals(
    lines: Sequence[ContentLine],
    charges: Sequence[Charge],
    currency: str,
    rounding: RoundingRule,
    *,
    prices_include_tax: bool,
) -> Totals:
    """The sums of an order, each rounded by the order's rule; gross less discount is always net."""

    def cut(value: Decimal) -> Decimal:
        return rounded(value, currency, _mode(rounding))

    per_line = rounding.endswith("per_line")
    values = [entry.quantity * entry.unit_price for entry in lines]
    discounts = [_discount(v, e.discount_percent, e.discount_amount) for v, e in zip(values, lines, strict=True)]
    if per_line:
        gross, net = cut(sum(map(cut, values), _NOTHING)), sum((entry.net for entry in lines), _NOTHING)
    else:
        gross, net = cut(sum(values, _NOTHING)), cut(sum(values, _NOTHING) - sum(discounts, _NOTHING))
    charged = cut(sum((charge.amount for charge in charges), _NOTHING))
    tax = sum((entry.tax_amount for entry in lines), _NOTHING) + sum((c.tax_amount for c in charges), _NOTHING)
    total = net + charged + (_NOTHING if prices_include_tax else cut(tax))
    return Totals(
        gross=Amount(gross),
        discount=Amount(gross - net),
        net=Amount(cut(net)),
        charges=Amount(charged),
        tax=Amount(cut(tax)),
        total=Amount(cut(total)),
    )


def money(value: Decimal, currency: str) -> Amount:
    """An amount with the places of its currency: the store drops trailing zeros."""
    return Amount(value.quantize(Decimal(1).scaleb(-minor_units(currency))))


# --- stock ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Want:
    """What one line wants from one place."""

    stock_key: StockKey
    sku: str
    pointer: str
    outstanding: Decimal
    held: Decimal
    picked: Decimal


def want(line: ContentLine, state: LineState, index: int) -> Want:
    """A line's demand: what is ordered and not shipped."""
    return Want(
        stock_key=StockKey(line.item_id, line.location_id),
        sku=line.sku,
        pointer=f"/lines/{index}",
        outstanding=state.ordered - state.shipped,
        held=state.reserved,
        picked=state.picked,
    )


def allocate(
    wants: Sequence[Want],
    levels: Mapping[StockKey, StockLevel],
    policy: Reservation,
    given_up: Mapping[StockKey, Decimal],
) -> list[Decimal]:
    """What each line shall hold now: everything, or with `partial` as much as there is, earlier lines first.

    The pool of a place is what its lines hold already, what is given up there, and what is free. Demand of one item on
    several lines is summed. What open shipments picked stays with its line. InsufficientStock for `full` if short.
    """
    pool: dict[StockKey, Decimal] = defaultdict(Decimal)
    demand: dict[StockKey, Decimal] = defaultdict(Decimal)
    for entry in wants:
        pool[entry.stock_key] += entry.held - entry.picked
        demand[entry.stock_key] += entry.outstanding - entry.picked
    for stock_key in pool:
        there = levels.get(stock_key, StockLevel())
        pool[stock_key] += given_up.get(stock_key, _NOTHING) + (_NOTHING if there.blocked else there.available)
    if policy is Reservation.FULL:
        _refuse_shortage(wants, pool, demand)
    taken = []
    for entry in wants:
        more = min(entry.outstanding - entry.picked, pool[entry.stock_key])
        pool[entry.stock_key] -= more
        taken.append(entry.picked + more)
    return taken


def _refuse_shortage(
    wants: Sequence[Want], pool: Mapping[StockKey, Decimal], demand: Mapping[StockKey, Decimal]
) -> None:
    short = [
        Shortage(
            pointer=entry.pointer,
            item_id=entry.stock_key.item_id,
            location_id=entry.stock_key.location_id,
            wanted=demand[entry.stock_key],
            available=pool[entry.stock_key],
            sku=entry.sku,
        )
        for entry in wants
        if demand[entry.stock_key] > pool[entry.stock_key]
    ]
    if short:
        raise InsufficientStock(short)


def held_by_stock_key(wants: Iterable[Want], quantities: Iterable[Decimal]) -> dict[StockKey, Decimal]:
    """Line quantities summed by place."""
    held: dict[StockKey, Decimal] = defaultdict(Decimal)
    for entry, quantity in zip(wants, quantities, strict=True):
        held[entry.stock_key] += quantity
    return held


# --- states -----------------------------------------------------------------------------------------------------------


def status(states: Sequence[LineState]) -> SalesOrderStatus:
    """The life of a confirmed order, from its quantities."""
    if all(state.shipped >= state.ordered for state in states):
        return SalesOrderStatus.DONE
    if any(state.shipped or state.picked for state in states):
        return SalesOrderStatus.IN_PROGRESS
    return SalesOrderStatus.CONFIRMED


def fulfilment(life: SalesOrderStatus, states: Sequence[LineState]) -> FulfilmentStatus:
    """How far the goods are."""
    if life is SalesOrderStatus.DRAFT or life is SalesOrderStatus.CANCELLED:
        return FulfilmentStatus.NOT_STARTED
    if all(state.shipped >= state.ordered for state in states):
        return FulfilmentStatus.SHIPPED
    if any(state.shipped for state in states):
        return FulfilmentStatus.PARTIALLY_SHIPPED
    if any(backordered(life, state) for state in states):
        return FulfilmentStatus.BACKORDERED
    return FulfilmentStatus.RESERVED


def billing(states: Sequence[LineState]) -> BillingStatus:
    """How far the invoices are."""
    if not any(state.billed for state in states):
        return BillingStatus.NOT_BILLED
    return (
        BillingStatus.BILLED
        if all(state.billed >= state.ordered for state in states)
        else BillingStatus.PARTIALLY_BILLED
    )


def backordered(life: SalesOrderStatus, state: LineState) -> Decimal:
    """What waits for stock."""
    if life not in (SalesOrderStatus.CONFIRMED, SalesOrderStatus.IN_PROGRESS):
        return _NOTHING
    return max(_NOTHING, state.ordered - state.shipped - state.reserved)
