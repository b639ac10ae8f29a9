"""Changes of an order's quantities by its shipments: picked, shipped, reversed. For fulfilment/."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from chalicelib.kernel.address import Address
from chalicelib.kernel.errors import FieldError, Invalid, NotFound
from chalicelib.kernel.mapping import merged
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import repository, rules, tables
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.states import SALES_ORDER

OrderRow = tables.SalesOrder
"""The state row of an order, for shipments. The caller of a function that changes it must save it."""


class Pick(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity of one order line at one location."""

    line: int
    item_id: str
    sku: str
    name: str
    unit: str
    location_id: str
    quantity: Decimal


class Picked(msgspec.Struct, frozen=True):
    """The lines of a new shipment, and its order's state row and address."""

    picks: list[Pick]
    ship_to: Address | None
    order: OrderRow


def pick(work: Work, order_id: str, requested: Sequence[tuple[int, Decimal]] | None, shipment_id: str) -> Picked:
    """Marks reserved stock of an order as picked for a shipment: the given lines and quantities, or everything
    reserved. The caller saves the order's state row.

    Invalid lists lines that do not exist or have less reserved.
    """
    order = _load(work, order_id)
    numbers = {line.line: index for index, line in enumerate(order.lines)}
    quantities = requested if requested is not None else _all_reserved(order)
    _check_requested(order, numbers, quantities)
    picks = []
    for number, quantity in quantities:
        order.states[numbers[number]].picked += quantity
        picks.append(merged(Pick, order.lines[numbers[number]], quantity=quantity))
    order.row.shipments = [*(order.row.shipments or []), shipment_id]
    return Picked(picks, order.header.shipping_address, order.row)


def _load(work: Work, order_id: str) -> Order:
    try:
        order = repository.load(work, order_id, match=False)
    except NotFound:
        raise Invalid(errors=[FieldError("/order_id", "unknown_order", "There is no such sales order.")]) from None
    SALES_ORDER.require(order.row, "ship")
    return order


def _all_reserved(order: Order) -> list[tuple[int, Decimal]]:
    unpicked = [
        (line.line, state.reserved - state.picked)
        for line, state in zip(order.lines, order.states, strict=True)
        if state.reserved > state.picked
    ]
    if not unpicked:
        raise Invalid(
            errors=[FieldError("/order_id", "nothing_reserved", "Nothing is reserved that could be shipped.")]
        )
    return unpicked


def _check_requested(order: Order, numbers: dict[int, int], requested: Sequence[tuple[int, Decimal]]) -> None:
    problems = []
    seen: set[int] = set()
    for position, (number, quantity) in enumerate(requested):
        if number not in numbers or number in seen:
            problems.append(FieldError(f"/lines/{position}/line", "unknown_line", "Not a line of the order, or twice."))
            continue
        seen.add(number)
        state = order.states[numbers[number]]
        if quantity > state.reserved - state.picked:
            problems.append(FieldError(f"/lines/{position}/quantity", "not_reserved", "More than is reserved for it."))
    if problems:
        raise Invalid(errors=problems)


def unpick(order: tables.SalesOrder, picks: Sequence[Pick]) -> None:
    """Reverts the picked quantities of a shipment that has not been shipped; the stock stays reserved."""
    for entry, state in _states(order, picks):
        state.picked -= entry.quantity


def ship(order: tables.SalesOrder, picks: Sequence[Pick]) -> None:
    """Changes picked quantities to shipped; they are no longer reserved."""
    for entry, state in _states(order, picks):
        state.picked -= entry.quantity
        state.reserved -= entry.quantity
        state.shipped += entry.quantity


def unship(order: tables.SalesOrder, picks: Sequence[Pick]) -> None:
    """Changes shipped quantities back to reserved."""
    for entry, state in _states(order, picks):
        state.shipped -= entry.quantity
        state.reserved += entry.quantity


def load(work: Work, order_id: str) -> tables.SalesOrder:
    """The state row of an order, without its content. TransitionRefused while the order has a running job."""
    name = repository.ref(work.tenant, order_id)
    row = work.load(tables.SalesOrder, name.hash_key, name.range_key)
    SALES_ORDER.require_idle(row)
    return row


def save(work: Work, row: tables.SalesOrder) -> None:
    """Writes the state row, with the status derived from the quantities."""
    row.status = rules.status(row.lines)
    repository.save_row(work, row)


def _states(row: tables.SalesOrder, picks: Sequence[Pick]) -> list[tuple[Pick, tables.LineState]]:
    """Each pick with the state of its line, found by the line number, which edits do not change."""
    by_number = {state.line: state for state in row.lines}
    return [(entry, by_number[entry.line]) for entry in picks]
