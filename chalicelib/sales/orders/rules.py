"""Rules of sales orders, without access to the store: prices, totals, allocation, states."""

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

_ZERO = Decimal(0)
MOST = Decimal(10**12)
"""The maximum value of a line or a charge, so that the totals of an order fit into the 15 digits of amounts in JSON."""

# --- prices -----------------------------------------------------------------------------------------------------------


def line_errors(line: NewSalesOrderLine, item: Item | None, currency: str, pointer: str) -> list[FieldError]:
    """The errors in the price, discount and tax of a line."""
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
    """The errors of an amount with more decimal places than its currency, because amounts of callers are not rounded,
    or above MOST."""
    if amount > MOST:
        return [FieldError(pointer, "too_much", f"At most {MOST}.")]
    if amount == amount.quantize(Decimal(1).scaleb(-minor_units(currency))):
        return []
    return [FieldError(pointer, "too_precise", f"{currency} has {minor_units(currency)} decimal places.")]


def price(line: NewSalesOrderLine, item: Item | None) -> Decimal:
    """The price of the line if given, else the price of the item."""
    if line.unit_price is not None:
        return line.unit_price
    return item.price.amount if item and item.price else _ZERO


def _mode(rounding: RoundingRule) -> RoundingMode:
    return RoundingMode.HALF_EVEN if rounding.startswith("half_even") else RoundingMode.HALF_UP


def content_line(
    number: int, line: NewSalesOrderLine, item: Item, location_id: str, currency: str, rounding: RoundingRule
) -> ContentLine:
    """A line as it is stored."""
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
    return gross * percent / 100 if percent is not None else _ZERO


def totals(
    lines: Sequence[ContentLine],
    charges: Sequence[Charge],
    currency: str,
    rounding: RoundingRule,
    *,
    prices_include_tax: bool,
) -> Totals:
    """The totals of an order, each rounded by the order's rule; net is always gross minus discount."""

    def round_amount(value: Decimal) -> Decimal:
        return rounded(value, currency, _mode(rounding))

    per_line = rounding.endswith("per_line")
    values = [entry.quantity * entry.unit_price for entry in lines]
    discounts = [_discount(v, e.discount_percent, e.discount_amount) for v, e in zip(values, lines, strict=True)]
    if per_line:
        gross, net = round_amount(sum(map(round_amount, values), _ZERO)), sum((entry.net for entry in lines), _ZERO)
    else:
        gross, net = round_amount(sum(values, _ZERO)), round_amount(sum(values, _ZERO) - sum(discounts, _ZERO))
    charged = round_amount(sum((charge.amount for charge in charges), _ZERO))
    tax = sum((entry.tax_amount for entry in lines), _ZERO) + sum((c.tax_amount for c in charges), _ZERO)
    total = net + charged + (_ZERO if prices_include_tax else round_amount(tax))
    return Totals(
        gross=Amount(gross),
        discount=Amount(gross - net),
        net=Amount(round_amount(net)),
        charges=Amount(charged),
        tax=Amount(round_amount(tax)),
        total=Amount(round_amount(total)),
    )


def money(value: Decimal, currency: str) -> Amount:
    """An amount with the decimal places of its currency, because DynamoDB removes trailing zeros."""
    return Amount(value.quantize(Decimal(1).scaleb(-minor_units(currency))))


# --- stock ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Want:
    """The demand of one line for a stock key."""

    stock_key: StockKey
    sku: str
    pointer: str
    outstanding: Decimal
    held: Decimal
    picked: Decimal


def want(line: ContentLine, state: LineState, index: int) -> Want:
    """The demand of a line; outstanding is the ordered quantity that is not shipped."""
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
    released: Mapping[StockKey, Decimal],
) -> list[Decimal]:
    """The quantity to reserve for each line: all of it, or with `partial` what is available, earlier lines first.

    The pool of a stock key is what its lines hold already, what is released there, and what is available. The demand of
    several lines for a stock key is summed. Quantities picked by open shipments stay with their line. InsufficientStock
    for `full` when the pool is too small.
    """
    pool: dict[StockKey, Decimal] = defaultdict(Decimal)
    demand: dict[StockKey, Decimal] = defaultdict(Decimal)
    for entry in wants:
        pool[entry.stock_key] += entry.held - entry.picked
        demand[entry.stock_key] += entry.outstanding - entry.picked
    for stock_key in pool:
        level = levels.get(stock_key, StockLevel())
        pool[stock_key] += released.get(stock_key, _ZERO) + (_ZERO if level.blocked else level.available)
    if policy is Reservation.FULL:
        _check_shortage(wants, pool, demand)
    allocated = []
    for entry in wants:
        more = min(entry.outstanding - entry.picked, pool[entry.stock_key])
        pool[entry.stock_key] -= more
        allocated.append(entry.picked + more)
    return allocated


def _check_shortage(
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
    """Line quantities summed by stock key."""
    held: dict[StockKey, Decimal] = defaultdict(Decimal)
    for entry, quantity in zip(wants, quantities, strict=True):
        held[entry.stock_key] += quantity
    return held


# --- states -----------------------------------------------------------------------------------------------------------


def status(states: Sequence[LineState]) -> SalesOrderStatus:
    """The status of a confirmed order, derived from its quantities."""
    if all(state.shipped >= state.ordered for state in states):
        return SalesOrderStatus.DONE
    if any(state.shipped or state.picked for state in states):
        return SalesOrderStatus.IN_PROGRESS
    return SalesOrderStatus.CONFIRMED


def fulfilment(life: SalesOrderStatus, states: Sequence[LineState]) -> FulfilmentStatus:
    """The fulfilment status, derived from the quantities."""
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
    """The billing status, derived from the quantities."""
    if not any(state.billed for state in states):
        return BillingStatus.NOT_BILLED
    return (
        BillingStatus.BILLED
        if all(state.billed >= state.ordered for state in states)
        else BillingStatus.PARTIALLY_BILLED
    )


def backordered(life: SalesOrderStatus, state: LineState) -> Decimal:
    """The backordered quantity of a line."""
    if life not in (SalesOrderStatus.CONFIRMED, SalesOrderStatus.IN_PROGRESS):
        return _ZERO
    return max(_ZERO, state.ordered - state.shipped - state.reserved)
