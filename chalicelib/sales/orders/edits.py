"""Rules of what an edit of an order may change, without access to the store."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import UNSET

from chalicelib.catalog.items.identity_schemas import ItemStatus
from chalicelib.catalog.items.schemas import Item
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.sales.orders.content import ContentLine
from chalicelib.sales.orders.line_schemas import SalesOrderLineChange
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import SalesOrderChange
from chalicelib.sales.orders.status_schemas import SalesOrderStatus

_IN_USE = "Some of it is shipped or picked."
_TERMS = {
    "unit_price": "unit_price",
    "price_per": "price_per",
    "price_unit": "price_factor",
    "discount_percent": "discount_percent",
    "discount_amount": "discount_amount",
    "tax_code_id": "tax_code_id",
    "tax_amount": "given_tax",
}
"""What a line costs: the fields that callers know, each with the stored one. Shipped goods are not repriced."""
_OF_DRAFTS: dict[str, tuple[str, Callable[[Order], object]]] = {
    "customer_id": ("customer", lambda order: order.row.customer_id),
    "warehouse_id": ("warehouse", lambda order: order.row.warehouse_id),
    "ordered_at": ("date", lambda order: order.row.ordered_at),
    "tax_date": ("tax date", lambda order: order.header.tax_date),
}
"""What can change in drafts only: its name, and what it is now."""


def fixed_errors(order: Order, change: SalesOrderChange) -> list[FieldError]:
    """The errors of what can change in drafts only, or before anything is shipped."""
    if order.row.status is SalesOrderStatus.DRAFT:
        return []
    is_shipped = any(state.shipped for state in order.states)
    return [
        FieldError(f"/{name}", "line_in_use", "Some of the order is shipped, for the terms that it has.")
        for name in ("discount_percent", "discount_amount")
        if is_shipped and getattr(change, name) not in (UNSET, getattr(order.header, name))
    ] + [
        FieldError(f"/{name}", "fixed", f"The {what} of a confirmed order does not change.")
        for name, (what, current) in _OF_DRAFTS.items()
        if getattr(change, name) not in (UNSET, current(order))
    ]


def check_archived(
    found: Mapping[str, Item],
    requested: Sequence[SalesOrderLineChange],
    kept: Mapping[int, ContentLine],
    new_lines: Sequence[ContentLine],
) -> None:
    """Invalid when more is ordered of an archived item, or it shall come from elsewhere. Lines that stay as they are or
    shrink are all right."""
    after = {line.line: line for line in new_lines}
    problems = []
    for index, was in kept.items():
        line = after.get(was.line)
        if requested[index].line is None or line is None or found[was.item_id].status is not ItemStatus.ARCHIVED:
            continue
        if line.base_quantity > was.base_quantity:
            says = f"{was.sku} is archived; no more of it can be ordered."
            problems.append(FieldError(f"/lines/{index}/quantity", "archived_item", says))
        if line.warehouse_id != was.warehouse_id:
            says = f"{was.sku} is archived; it stays where it is."
            problems.append(FieldError(f"/lines/{index}/warehouse_id", "archived_item", says))
    if problems:
        raise Invalid(errors=problems)


def check_named(requested: Sequence[SalesOrderLineChange], kept: Mapping[int, ContentLine]) -> None:
    """Invalid for numbers that no line has, and for one given twice."""
    named = [line.line for line in requested if line.line is not None]
    problems = [
        FieldError(f"/lines/{index}/line", "unknown_line", "Not a line of this order, or twice.")
        for index, line in enumerate(requested)
        if line.line is not None and (index not in kept or named.count(line.line) > 1)
    ]
    if problems:
        raise Invalid(errors=problems)


def check_quantities(
    requested: Sequence[SalesOrderLineChange],
    new_lines: Sequence[ContentLine],
    existing: Mapping[int, tuple[ContentLine, LineState]],
) -> None:
    """Invalid when a line would have less than what is shipped or picked of it, come from elsewhere, or not be there
    any more."""
    problems = []
    index_of = {line.line: index for index, line in enumerate(requested)}
    after = {line.line: line for line in new_lines}
    for number, (was, state) in existing.items():
        taken, line = state.shipped + state.picked + state.picked_over, after.get(number)
        at = f"/lines/{index_of[line.kit_line or number]}" if line is not None else "/lines"
        if line is None and taken:
            problems.append(FieldError(at, "line_in_use", f"Line {number} is shipped or picked."))
        if line is not None and line.base_quantity < state.shipped + state.picked - state.over:
            problems.append(FieldError(f"{at}/quantity", "too_little", "Below what is shipped or picked."))
        if line is not None and state.picked_over and line.base_quantity > was.base_quantity:
            says = "A shipment is open that has more than was ordered of it; ship or cancel it first."
            problems.append(FieldError(f"{at}/quantity", "line_in_use", says))
        if line is not None and line.warehouse_id != was.warehouse_id and taken:
            problems.append(FieldError(f"{at}/warehouse_id", "line_in_use", _IN_USE))
        if line is not None and line.drop_ship != was.drop_ship and taken:
            problems.append(FieldError(f"{at}/drop_ship", "line_in_use", _IN_USE))
    if problems:
        raise Invalid(errors=problems)


def check_terms(
    requested: Sequence[SalesOrderLineChange],
    new_lines: Sequence[ContentLine],
    existing: Mapping[int, tuple[ContentLine, LineState]],
) -> None:
    """Invalid when shipped goods would be repriced."""
    after = {line.line: line for line in new_lines}
    shipped = _shipped(existing)
    problems = [
        FieldError(f"/lines/{index}/{name}", "line_in_use", "Some of it is shipped, for the terms that it has.")
        for index, asked in enumerate(requested)
        if asked.line in shipped
        for name, stored in _TERMS.items()
        if getattr(after[asked.line], stored) != getattr(existing[asked.line][0], stored)
    ]
    if problems:
        raise Invalid(errors=problems)


def _shipped(existing: Mapping[int, tuple[ContentLine, LineState]]) -> set[int]:
    """The lines of which some is shipped; of kits, when some of a component is."""
    pairs = [(line, state) for line, state in existing.values() if state.shipped]
    return {line.kit_line or line.line for line, _ in pairs}
