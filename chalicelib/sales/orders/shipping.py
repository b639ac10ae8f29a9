"""Changes of an order's quantities by its shipments: picked, shipped, reversed. For fulfilment/."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

import msgspec

from chalicelib.catalog.items import units
from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.kernel.address import Address
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import FieldError, Invalid, NotFound
from chalicelib.kernel.mapping import merged
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import holds, kits, over_delivery, remaining, repository, rules, tables
from chalicelib.sales.orders.content import ContentLine
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.over_delivery import OverDelivery
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.states import SALES_ORDER
from chalicelib.sales.orders.turn_schemas import Turn

_ZERO = Decimal(0)
OrderRow = tables.SalesOrder
"""The state row of an order, for shipments. The caller of a function that changes it must save it."""


class Portion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A quantity of one order line. is_over: it is beyond what was ordered."""

    line: int
    item_id: str
    sku: str
    name: str
    customer_item_code: str | None = None
    customer_item_name: str | None = None
    unit: str
    quantity: Decimal
    is_over: bool = False


P = TypeVar("P", bound=Portion)


class Quantity(Protocol):
    """A quantity of one order line, wherever it lies."""

    @property
    def line(self) -> int: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def is_over(self) -> bool: ...


Q = TypeVar("Q", bound=Quantity)


class Picked(msgspec.Struct, frozen=True):
    """What a new shipment takes of an order, out of one warehouse. positions: by line, where the request asked for
    it."""

    portions: list[Portion]
    positions: dict[int, int]
    warehouse_id: str
    ship_to: Address | None
    order: OrderRow


def pick(
    work: Work,
    order_id: str,
    requested: Sequence[tuple[int, Decimal]] | None,
    warehouse_id: str | None,
    shipment_id: str,
    *,
    is_beyond_tolerance: bool = False,
) -> Picked:
    """Marks committed stock of an order as picked for a shipment: the given lines and quantities, or everything that is
    committed in the warehouse. What is more than that is not committed before it leaves. The caller saves the order's
    state row.

    Invalid lists lines that do not exist, have less committed, lie in another warehouse, or whose quantity is finer
    than their unit; and when no warehouse is given and it could be several.
    """
    order = _load(work, order_id)
    lines = _seen_lines(work.call, order)
    over = OverDelivery(work, is_unlimited=is_beyond_tolerance)
    if requested is None:
        quantities = _all_committed(lines, warehouse_id)
    else:
        quantities = kits.expanded(requested, [line for line, _ in lines.values()])
        problems = kits.portion_errors(requested, [line for line, _ in lines.values()])
        _check_requested(lines, quantities, problems, over)
    taken = [lines[portion.line] for portion in quantities]
    chosen = _warehouse([line for line, _ in taken], quantities, warehouse_id)
    portions = []
    for (line, state), (_, quantity, _) in zip(taken, quantities, strict=True):
        committed = min(quantity, state.committed - state.picked)
        state.picked += committed
        state.picked_over += quantity - committed
        for part, is_over in ((committed, False), (quantity - committed, True)):
            if part:
                portions.append(merged(Portion, line, quantity=part, unit=line.base_unit, is_over=is_over))
    order.row.shipment_ids = [*(order.row.shipment_ids or []), shipment_id]
    positions = {number: position for number, _, position in quantities}
    return Picked(portions, positions, chosen, order.header.shipping_address, order.row)


def _seen_lines(call: Call, order: Order) -> dict[int, tuple[ContentLine, LineState]]:
    """By their numbers, the lines of the order that the caller sees, each with its quantities: for callers who are
    limited to warehouses the others are not there."""
    pairs = zip(order.lines, order.states, strict=True)
    return {line.line: (line, state) for line, state in pairs if call.sees(line.warehouse_id)}


def _warehouse(lines: Sequence[ContentLine], quantities: Sequence[kits.Portion], warehouse_id: str | None) -> str:
    """The warehouse of a shipment. Invalid for lines of another one, and for lines of several if none is given."""
    found = sorted({line.warehouse_id for line in lines})
    if warehouse_id is None and len(found) > 1:
        says = f"A shipment leaves one warehouse; name one of {', '.join(found)}."
        raise Invalid(errors=[FieldError("/warehouse_id", "several_warehouses", says)])
    chosen = warehouse_id or found[0]
    problems = [
        FieldError(f"/lines/{portion.position}/line", "other_warehouse", f"Its stock is in {line.warehouse_id}.")
        for line, portion in zip(lines, quantities, strict=True)
        if line.warehouse_id != chosen
    ]
    if problems:
        raise Invalid(errors=problems)
    return chosen


def _load(work: Work, order_id: str) -> Order:
    try:
        order = repository.load(work, order_id, match=False)
    except NotFound:
        raise Invalid(errors=[FieldError("/order_id", "unknown_order", "There is no such sales order.")]) from None
    holds.require_none(order.row)
    SALES_ORDER.require(order.row, "ship")
    return order


def _all_committed(lines: Mapping[int, tuple[ContentLine, LineState]], warehouse_id: str | None) -> list[kits.Portion]:
    """What is committed in the warehouse and not picked; of components of kits what makes whole kits."""
    whole = kits.whole([line for line, _ in lines.values()], [state for _, state in lines.values()])
    free = [
        (number, whole.get(number, state.committed - state.picked))
        for number, (line, state) in lines.items()
        if warehouse_id in (None, line.warehouse_id)
    ]
    unpicked = [kits.Portion(number, quantity, 0) for number, quantity in free if quantity > 0]
    if not unpicked:
        raise Invalid(
            errors=[FieldError("/order_id", "nothing_committed", "Nothing is committed that could be shipped.")]
        )
    return unpicked


def _check_requested(
    lines: Mapping[int, tuple[ContentLine, LineState]],
    requested: Sequence[kits.Portion],
    problems: list[FieldError],
    over: OverDelivery,
) -> None:
    """Invalid with the problems, and with those of the requested quantities."""
    seen: set[int] = set()
    for number, quantity, position in requested:
        if number not in lines:
            problems.append(FieldError(f"/lines/{position}/line", "unknown_line", "This is not a line of the order."))
            continue
        if number in seen:
            problems.append(FieldError(f"/lines/{position}/line", "repeated", "This line is given twice."))
            continue
        seen.add(number)
        line, state = lines[number]
        if line.kind is not ItemKind.STOCKED:
            problems.append(FieldError(f"/lines/{position}/line", "not_stocked", "Only stocked items are shipped."))
            continue
        if line.drop_ship:
            problems.append(FieldError(f"/lines/{position}/line", "drop_shipped", "Its vendor ships it."))
            continue
        problems += units.errors(quantity, line.base_unit, f"/lines/{position}/quantity")
        problem = over.error(line, state, quantity, f"/lines/{position}/quantity")
        problems += [problem] if problem is not None else []
    if problems:
        raise Invalid(errors=problems)


def unpick(order: tables.SalesOrder, picks: Sequence[Quantity]) -> None:
    """Reverts the picked quantities of a shipment that has not been shipped; the stock stays committed."""
    for entry, state in _states(order, picks):
        if entry.is_over:
            state.picked_over -= entry.quantity
        else:
            state.picked -= entry.quantity


def taken_in(order: tables.SalesOrder, picks: Iterable[P]) -> list[P]:
    """The picks of an open shipment, in which what was beyond the order is not, as far as the order has more committed
    by now than its shipments have."""
    found: list[P] = []
    for entry, state in _states(order, picks):
        within = min(entry.quantity, state.committed - state.picked) if entry.is_over else _ZERO
        state.picked += within
        state.picked_over -= within
        parts = ((within, False), (entry.quantity - within, True)) if within else ((entry.quantity, entry.is_over),)
        found += [msgspec.structs.replace(entry, quantity=part, is_over=is_over) for part, is_over in parts if part]
    return found


def require_over(order: tables.SalesOrder, picks: Sequence[Quantity]) -> None:
    """Conflict when what a shipment has beyond what was ordered may not leave any more."""
    over_delivery.require(state for entry, state in _states(order, picks) if entry.is_over)


def ship(order: tables.SalesOrder, picks: Sequence[Quantity]) -> None:
    """Changes picked quantities to shipped; they are no longer committed. What is beyond the order never was."""
    for entry, state in _states(order, picks):
        state.shipped += entry.quantity
        if entry.is_over:
            state.over += entry.quantity
            state.picked_over -= entry.quantity
        else:
            state.picked -= entry.quantity
            state.committed -= entry.quantity


def unship(order: tables.SalesOrder, picks: Sequence[Quantity]) -> Decimal:
    """Changes shipped quantities back to committed; of a closed order, which stays closed, to cancelled. Returns how
    much of them is not for the order any more: all of a closed one, else what was beyond what was ordered."""
    freed = _ZERO
    for entry, state in _states(order, picks):
        state.shipped -= entry.quantity
        less = state.over - max(_ZERO, state.shipped + state.cancelled - state.ordered)
        state.over -= less
        if order.closed_at is None:
            state.committed += entry.quantity - less
            freed += less
        else:
            state.cancelled += entry.quantity - less
            freed += entry.quantity
    return freed


def priority(order: tables.SalesOrder) -> int:
    """The priority of an order."""
    return (order.turn or Turn()).priority


def load(work: Work, order_id: str) -> tables.SalesOrder:
    """The state row of an order, without its content. TransitionRefused while the order has a running job."""
    name = repository.ref(work.tenant, order_id)
    row = work.load(tables.SalesOrder, name.hash_key, name.range_key)
    SALES_ORDER.require_idle(row)
    return row


def require_not_held(row: tables.SalesOrder) -> None:
    """OrderOnHold when nothing of the order may leave now."""
    holds.require_none(row)


def save(work: Work, row: tables.SalesOrder) -> None:
    """Writes the state row, with the status derived from the quantities; of a closed order with the total too."""
    row.status = rules.status(row.stocked_lines())
    if row.closed_at is not None:
        order = repository.with_content(work, row)
        row.total = remaining.total(row, order.lines, order.header)
        holds.settle_credit(work, row)
    repository.save_row(work, row)


def _states(row: tables.SalesOrder, picks: Iterable[Q]) -> list[tuple[Q, LineState]]:
    """Each pick with the state of its line, found by the line number, which edits do not change."""
    by_number = {state.line: state for state in row.lines}
    return [(entry, by_number[entry.line]) for entry in picks]
