"""The use case that changes an order and adjusts its reservations."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from msgspec import UNSET

from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.mapping import patch
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import events, line_building, repository, staged, tables
from chalicelib.sales.orders.customer_reference import claim_reference, release_reference
from chalicelib.sales.orders.line_building import Sources
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import (
    RoundingRule,
    SalesOrder,
    SalesOrderChange,
    SalesOrderLineChange,
    SalesOrderStatus,
)
from chalicelib.sales.orders.states import SALES_ORDER
from chalicelib.sales.orders.tables import ContentLine, Former, LineState


class _LineTerms(msgspec.Struct):
    warehouse_id: str
    currency: str
    rounding: RoundingRule


@use_case(events.UPDATED)
def update(work: Work, order_id: str, change: SalesOrderChange) -> SalesOrder:
    """Changes a draft or confirmed order. Reservations are adjusted in the same commit, or by a job when they do not
    fit into one transaction. Invalid when the quantity of a line would be less than what is shipped or picked;
    InsufficientStock when the policy is `full` and stock is missing."""
    order = repository.load(work, order_id)
    row = order.row
    SALES_ORDER.require(row, "update")
    if change.customer_reference is not UNSET and change.customer_reference != row.customer_reference:
        release_reference(work, row)
        row.customer_reference = change.customer_reference
        claim_reference(work, row)
    patch(row, change, without=("lines", "customer_reference"))
    is_confirmed = row.status is not SalesOrderStatus.DRAFT
    if change.lines is not UNSET:
        _replace_lines(work, order, change.lines, keeps_former=is_confirmed)
    if _rewrite_content(order, change):
        row.revision += 1
        order.header = line_building.header(order.header, order.lines, row.currency)
        row.total = line_building.total(order.header)
        repository.write_content(work, order)
    if change.lines is not UNSET and is_confirmed:
        staged.OPERATION.run(work, order, "update")
    else:
        repository.save_row(work, row)
    return repository.view(order)


def _rewrite_content(order: Order, change: SalesOrderChange) -> bool:
    """Updates the header, and returns whether the content changes."""
    fields = {
        name: value
        for name in ("billing_address", "shipping_address", "note", "charges")
        if (value := getattr(change, name)) is not UNSET
    }
    order.header = msgspec.structs.replace(order.header, **fields)
    return bool(fields) or change.lines is not UNSET


def _replace_lines(work: Work, order: Order, requested: Sequence[SalesOrderLineChange], *, keeps_former: bool) -> None:
    """Replaces the lines; a line that stays keeps its number and quantities. Reservations that the new lines do not
    need stay with the former lines until they are released."""
    existing = {line.line: state for line, state in zip(order.lines, order.states, strict=True)}
    _check_quantities(requested, existing)
    found = line_building.line_sources(work, requested, order.row.warehouse_id, None)
    terms = _LineTerms(order.row.warehouse_id, order.row.currency, order.header.rounding)
    numbers = _numbers(requested, order.row)
    new_lines = line_building.lines(Sources(*found), requested, terms, numbers)
    _check_same_stock_key(order, new_lines)
    line_building.set_other_warehouses(work, order.row, new_lines)
    if keeps_former:
        order.former = list(zip(order.lines, order.states, strict=True))
        order.row.former = Former(order.row.revision, order.states)
    order.lines, order.row.lines = new_lines, [_carry_over(line, existing) for line in new_lines]


def _carry_over(line: ContentLine, existing: dict[int, LineState]) -> LineState:
    """The state of a new line, with the quantities of the line that it replaces."""
    before = existing.get(line.line, LineState(line.line, Decimal(0)))
    held = min(before.reserved, line.quantity - before.shipped)
    before.reserved -= held
    return LineState(line.line, line.quantity, held, before.picked, before.shipped, before.billed)


def _numbers(requested: Sequence[SalesOrderLineChange], row: tables.SalesOrder) -> list[int]:
    """The line numbers. New lines get numbers above all earlier ones, so that numbers are never reused."""
    numbers = []
    for line in requested:
        if line.line is None:
            row.last_line += 1
        numbers.append(line.line or row.last_line)
    return numbers


def _check_quantities(requested: Sequence[SalesOrderLineChange], existing: dict[int, LineState]) -> None:
    problems = []
    named = [line.line for line in requested if line.line is not None]
    for index, line in enumerate(requested):
        if line.line is None:
            continue
        state = existing.get(line.line)
        if state is None or named.count(line.line) > 1:
            problems.append(FieldError(f"/lines/{index}/line", "unknown_line", "Not a line of this order, or twice."))
        elif line.quantity < state.shipped + state.picked:
            problems.append(FieldError(f"/lines/{index}/quantity", "too_little", "Below what is shipped or picked."))
    for number, state in existing.items():
        if number not in named and (state.shipped or state.picked):
            problems.append(FieldError("/lines", "line_in_use", f"Line {number} is shipped or picked."))
    if problems:
        raise Invalid(errors=problems)


def _check_same_stock_key(order: Order, new_lines: Sequence[ContentLine]) -> None:
    """Invalid when a line that stays has another item or location."""
    before = {line.line: (line.item_id, line.location_id) for line in order.lines}
    problems = [
        FieldError(f"/lines/{index}/item_id", "fixed", "A line keeps its item and location; add a new line instead.")
        for index, line in enumerate(new_lines)
        if line.line in before and before[line.line] != (line.item_id, line.location_id)
    ]
    if problems:
        raise Invalid(errors=problems)
