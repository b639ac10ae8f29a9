"""Divides an order over warehouses: what is short in one comes from others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from chalicelib.inventory.commitments import commitments
from chalicelib.inventory.stock import levels
from chalicelib.inventory.stock.levels import Level, StockKey
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.money import rounded, rounded_together
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import amounts, answers, discounts, events, line_building, repository, taxes, update
from chalicelib.sales.orders.amount_schemas import SalesOrderTotals
from chalicelib.sales.orders.command_schemas import MOST_WAREHOUSES, SplitSalesOrder
from chalicelib.sales.orders.content import ContentLine
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import SalesOrder
from chalicelib.sales.orders.states import SALES_ORDER

_ZERO = Decimal(0)


@use_case(events.UPDATED)
def split(work: Work, order_id: str, command: SplitSalesOrder) -> SalesOrder:
    """Divides the lines of an order so that as much as possible is there. Invalid for unknown warehouses, and when the
    order would have too many lines."""
    order = repository.load(work, order_id)
    SALES_ORDER.require(order.row, "update")
    chosen = command.warehouse_ids or warehouses.by_priority(work.call)[:MOST_WAREHOUSES]
    warehouses.selling(work, [(each, f"/warehouse_ids/{index}") for index, each in enumerate(command.warehouse_ids)])
    lines = _divided(order, _taken(work, order, chosen))
    if problems := line_building.number_errors(len(lines)):
        raise Invalid(errors=problems)
    if lines == order.lines:
        return answers.view(order)
    lines = discounts.applied(lines, order.header, order.row.currency)
    lines, header = line_building.taxed(work, (lines, order.header), (), order.row.currency)
    update.apply(work, order, lines, header)
    return answers.view(order)


def _taken(work: Work, order: Order, warehouse_ids: Sequence[str]) -> dict[int, dict[str, Decimal]]:
    """By line and warehouse, what it gets from others than its own, whose goods it takes first. The warehouses are
    asked one after the other, as long as anything is short."""
    pairs = list(zip(order.lines, order.states, strict=True))
    waits: dict[StockKey, Decimal] = defaultdict(Decimal)
    for line, state in pairs:
        waits[StockKey(line.item_id, line.warehouse_id)] += state.backordered
    short = {line.line: quantity for line, state in pairs if (quantity := _short(line, state))}
    given: dict[StockKey, Decimal] = defaultdict(Decimal)
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)

    def take(line: ContentLine, key: StockKey, level: Level, there: Decimal) -> Decimal:
        others = max(_ZERO, level.waiting - waits[key])
        free = _ZERO if level.blocked else max(_ZERO, there - others - given[key])
        quantity = min(short[line.line], free)
        short[line.line] -= quantity
        given[key] += quantity
        return quantity

    lines = [line for line, _ in pairs if line.line in short]
    own = {line.line: StockKey(line.item_id, line.warehouse_id) for line in lines}
    levels_here = commitments.levels_of(work, sorted({*own.values()}))
    for line in lines:
        take(line, own[line.line], levels_here[own[line.line]], levels_here[own[line.line]].free)
    for warehouse_id in warehouse_ids:
        asking = [line for line in lines if short[line.line] and line.warehouse_id != warehouse_id]
        keys = {line.line: StockKey(line.item_id, warehouse_id) for line in asking}
        levels_there = levels.levels(work, sorted({*keys.values()}))
        for line in asking:
            level = levels_there[keys[line.line]]
            if quantity := take(line, keys[line.line], level, level.available):
                found[line.line][warehouse_id] = quantity
    return found


def _divided(order: Order, taken: Mapping[int, Mapping[str, Decimal]]) -> list[ContentLine]:
    """The lines, divided over warehouses; what is nowhere stays where it was. A line of which all comes from another
    warehouse goes there; what is only a part becomes a line of its own, with the same terms. A line whose amounts
    cannot be divided to the minor unit stays as it is."""
    found: list[ContentLine] = []
    last = order.row.last_line
    for line in order.lines:
        others = taken.get(line.line, {})
        rest = line.base_quantity - sum(others.values(), _ZERO)
        parts = _parts(line, {line.warehouse_id: rest, **others} if rest else others, last, order)
        if _sums([line], order) != _sums(parts, order):
            parts = [line]
        last += len(parts) - 1
        found += parts
    return found


def _sums(lines: Sequence[ContentLine], order: Order) -> SalesOrderTotals:
    """What lines come to by themselves, without the discount of the order."""
    header = msgspec.structs.replace(order.header, charges=[])
    alone = [msgspec.structs.replace(line, order_discount=_ZERO) for line in lines]
    alone = [msgspec.structs.replace(line, net=_net(line, order)) for line in alone]
    taxed, _ = taxes.computed(alone, header, order.row.currency)
    inclusive = header.prices_include_tax
    return amounts.totals(taxed, [], order.row.currency, header.rounding, prices_include_tax=inclusive)


def _short(line: ContentLine, state: LineState) -> Decimal:
    """What of a line has no stock yet and may come from elsewhere; kits stay together."""
    if not line.takes_stock or line.kit_line is not None:
        return _ZERO
    return state.outstanding - state.committed


def _parts(line: ContentLine, places: Mapping[str, Decimal], last: int, order: Order) -> list[ContentLine]:
    """The line as it lies in these warehouses. Parts are counted in base units: a box cannot be divided, what is in it
    can. last: the last number of a line."""
    if len(places) == 1:
        return [msgspec.structs.replace(line, warehouse_id=next(iter(places)))]
    quantities = list(places.values())
    discount = _shares(line.discount_amount, quantities, order)
    tax = _shares(line.given_tax, quantities, order)
    parts = [
        msgspec.structs.replace(
            line,
            line=last + index if index else line.line,
            warehouse_id=warehouse_id,
            unit=line.base_unit,
            factor="1",
            quantity=quantity,
            base_quantity=quantity,
            discount_amount=discount[index],
            given_tax=tax[index],
        )
        for index, (warehouse_id, quantity) in enumerate(places.items())
    ]
    return [msgspec.structs.replace(part, net=_net(part, order)) for part in parts]


def _net(line: ContentLine, order: Order) -> Decimal:
    return rounded(amounts.net_value(line), order.row.currency, order.header.rounding.mode)


def _shares(amount: Decimal | None, quantities: Sequence[Decimal], order: Order) -> list[Decimal | None]:
    """The amount divided by quantities, rounded so that the parts add up to it."""
    if amount is None:
        return [None] * len(quantities)
    whole = Fraction(sum(quantities, _ZERO))
    values = [Fraction(amount) * Fraction(quantity) / whole for quantity in quantities]
    return [*rounded_together(values, order.row.currency, order.header.rounding.mode)]
