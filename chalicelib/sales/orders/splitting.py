"""Divides an order over warehouses: what is short in one comes from others."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import count

import msgspec

from chalicelib.inventory.commitments import commitments
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.money import rounded, rounded_together
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import amounts, answers, discounts, events, line_building, repository, update
from chalicelib.sales.orders.command_schemas import SplitSalesOrder
from chalicelib.sales.orders.content import ContentLine, Header
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import SalesOrder
from chalicelib.sales.orders.states import SALES_ORDER

MOST_WAREHOUSES = 20
_ZERO = Decimal(0)


@use_case(events.SPLIT)
def split(work: Work, order_id: str, command: SplitSalesOrder) -> SalesOrder:
    """Divides the lines of an order so that as much as possible is there. Invalid for unknown warehouses, and when the
    order would have too many lines."""
    order = repository.load(work, order_id)
    SALES_ORDER.require(order.row, "update")
    chosen = command.warehouse_ids or warehouses.by_priority(work.call)[:MOST_WAREHOUSES]
    warehouses.selling(work, [(each, f"/warehouse_ids/{index}") for index, each in enumerate(command.warehouse_ids)])
    lines = divided(order, _free(work, order, chosen), chosen)
    if problems := line_building.number_errors(len(lines)):
        raise Invalid(errors=problems)
    if lines == order.lines:
        return answers.view(order)
    lines = discounts.applied(lines, order.header, order.row.currency)
    update.apply(work, order, lines, order.header)
    return answers.view(order)


def _free(work: Work, order: Order, warehouse_ids: Sequence[str]) -> dict[StockKey, Decimal]:
    """What of each short item is available in each warehouse beyond what others wait for; in its own one any quantity
    where it is shipped before it is received."""
    pairs = [pair for pair in zip(order.lines, order.states, strict=True) if _short(*pair)]
    waits = {StockKey(line.item_id, line.warehouse_id): _ZERO for line, _ in pairs}
    for line, state in pairs:
        waits[StockKey(line.item_id, line.warehouse_id)] += state.backordered
    keys = {StockKey(line.item_id, each) for line, _ in pairs for each in (line.warehouse_id, *warehouse_ids)}
    found = {}
    for key, level in commitments.levels_of(work, sorted(keys)).items():
        there = level.free if key in waits else level.available
        others = max(_ZERO, level.waiting - waits.get(key, _ZERO))
        found[key] = _ZERO if level.blocked else max(_ZERO, there - others)
    return found


def divided(order: Order, free: Mapping[StockKey, Decimal], warehouse_ids: Sequence[str]) -> list[ContentLine]:
    """The lines, divided over warehouses, the first ones first; what is nowhere stays where it was. A line of which all
    comes from another warehouse goes there; what is only a part becomes a line of its own, with the same terms.

    free: what the order can get. A line takes what is in its own warehouse before others do.
    """
    left, short = dict(free), {}
    for line, state in zip(order.lines, order.states, strict=True):
        key = StockKey(line.item_id, line.warehouse_id)
        served = min(_short(line, state), left.get(key, _ZERO))
        left[key] = left.get(key, _ZERO) - served
        short[line.line] = _short(line, state) - served
    numbers, found = count(order.row.last_line + 1), list[ContentLine]()
    for line in order.lines:
        taken = _taken(line, short[line.line], left, warehouse_ids)
        rest = line.base_quantity - sum(taken.values(), _ZERO)
        places = {line.warehouse_id: rest, **taken} if rest else taken
        found += _parts(line, places, [line.line, *(next(numbers) for _ in range(len(places) - 1))], order)
    return found


def _short(line: ContentLine, state: LineState) -> Decimal:
    """What of a line has no stock yet and may come from elsewhere; kits stay together."""
    if not line.takes_stock or line.kit_line is not None:
        return _ZERO
    return state.outstanding - state.committed


def _taken(
    line: ContentLine, short: Decimal, left: dict[StockKey, Decimal], warehouse_ids: Sequence[str]
) -> dict[str, Decimal]:
    """By warehouse, what it gives to a line that is short of so much."""
    found = {}
    for warehouse_id in warehouse_ids:
        key = StockKey(line.item_id, warehouse_id)
        quantity = min(short, left.get(key, _ZERO))
        if warehouse_id != line.warehouse_id and quantity > 0:
            found[warehouse_id] = quantity
            left[key] -= quantity
            short -= quantity
    return found


def _parts(line: ContentLine, places: Mapping[str, Decimal], numbers: Sequence[int], order: Order) -> list[ContentLine]:
    """The line as it lies in these warehouses. Parts are counted in base units: a box cannot be divided, what is in it
    can. Their amounts add up to those of the line."""
    if len(places) == 1:
        return [msgspec.structs.replace(line, warehouse_id=next(iter(places)))]
    quantities = list(places.values())
    discount = _shares(line.discount_amount, quantities, order)
    tax = _shares(line.given_tax, quantities, order)
    parts = [
        msgspec.structs.replace(
            line,
            line=number,
            warehouse_id=warehouse_id,
            unit=line.base_unit,
            factor="1",
            quantity=quantity,
            base_quantity=quantity,
            discount_amount=discount[index],
            given_tax=tax[index],
        )
        for index, (number, (warehouse_id, quantity)) in enumerate(zip(numbers, places.items(), strict=True))
    ]
    return [msgspec.structs.replace(part, net=_net(part, order.row.currency, order.header)) for part in parts]


def _net(line: ContentLine, currency: str, header: Header) -> Decimal:
    return rounded(amounts.net_value(line), currency, header.rounding.mode)


def _shares(amount: Decimal | None, quantities: Sequence[Decimal], order: Order) -> list[Decimal | None]:
    """The amount divided by quantities, rounded so that the parts add up to it."""
    if amount is None:
        return [None] * len(quantities)
    whole = Fraction(sum(quantities, _ZERO))
    values = [Fraction(amount) * Fraction(quantity) / whole for quantity in quantities]
    return [*rounded_together(values, order.row.currency, order.header.rounding.mode)]
