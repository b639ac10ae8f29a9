"""The use case that changes an order and adjusts its reservations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import UNSET

from chalicelib.catalog.items.identity_schemas import ItemStatus
from chalicelib.catalog.items.schemas import Item
from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.mapping import patch
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import (
    amounts,
    answers,
    dates,
    events,
    line_building,
    line_terms,
    repository,
    revisions,
    sources,
    staged,
    tables,
    taxes,
)
from chalicelib.sales.orders.content import ContentLine, Header
from chalicelib.sales.orders.customer_reference import claim_reference, release_reference
from chalicelib.sales.orders.line_schemas import SalesOrderLineChange
from chalicelib.sales.orders.line_states import Former, LineState
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import (
    SalesOrder,
    SalesOrderChange,
    SalesOrderStatus,
)
from chalicelib.sales.orders.states import SALES_ORDER


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
    if change.ordered_at is not UNSET:
        _set_date(work, row, change.ordered_at)
    patch(row, change, without=("lines", "customer_reference", "ordered_at"))
    before = order.lines, order.header
    lines = order.lines if change.lines is UNSET else _new_lines(work, order, change.lines)
    header = _new_header(order, change)
    if taxes.place(header) != taxes.place(order.header):
        lines, header = taxes.without_rates(lines, header)
    asked = () if change.lines is UNSET else change.lines
    lines, header = line_building.taxed(work, (lines, header), asked, row.currency)
    header = amounts.summed(lines, header, row.currency)
    if (lines, header) == before:
        repository.save_row(work, row)
        return answers.view(order)
    is_staged = row.status is not SalesOrderStatus.DRAFT and change.lines is not UNSET and lines != order.lines
    _take_lines(work, order, lines, keeps_former=is_staged)
    order.header, row.total = header, amounts.order_total(header)
    row.revision += 1
    repository.write_content(work, order, revisions.differences(before, (lines, header)))
    if is_staged:
        staged.OPERATION.run(work, order, "update")
    else:
        repository.save_row(work, row)
    return answers.view(order)


def _set_date(work: Work, row: tables.SalesOrder, ordered_at: datetime) -> None:
    """Changes the date of a draft. Invalid for one that cannot be meant, and once the order is confirmed."""
    problems = dates.errors(ordered_at, work.now)
    if row.status is not SalesOrderStatus.DRAFT and ordered_at != row.ordered_at:
        problems.append(FieldError("/ordered_at", "fixed", "The date of a confirmed order does not change."))
    if problems:
        raise Invalid(errors=problems)
    row.set_date(work.tenant, ordered_at, tenants.calendar(work))


def _new_header(order: Order, change: SalesOrderChange) -> Header:
    """The header with what is given."""
    fields: dict[str, object] = {
        name: value
        for name in ("billing_address", "shipping_address", "requested_on", "note")
        if (value := getattr(change, name)) is not UNSET
    }
    if change.charges is not UNSET:
        fields["charges"] = line_building.charges(change.charges, order.row.currency)
    return msgspec.structs.replace(order.header, **fields)


def _new_lines(work: Work, order: Order, requested: Sequence[SalesOrderLineChange]) -> list[ContentLine]:
    """The lines as they are from now on; a line that stays keeps its number."""
    kept = sources.kept_lines(requested, order.lines)
    _check_named(requested, kept)
    row = order.row
    source = sources.read(work, requested, row.warehouse_id, row.customer_id, kept, is_edit=True)
    terms = line_terms.of_order(order.header, order.row.warehouse_id, order.row.currency)
    prices = sources.prices(work, source, requested, terms, kept)
    new_lines = line_building.lines(source, requested, terms, prices, order.lines, order.row.last_line)
    existing = {line.line: state for line, state in zip(order.lines, order.states, strict=True)}
    _check_quantities(requested, new_lines, existing)
    _check_archived(source.items, requested, kept, new_lines)
    return new_lines


def _check_archived(
    found: Mapping[str, Item],
    requested: Sequence[SalesOrderLineChange],
    kept: Mapping[int, ContentLine],
    new_lines: Sequence[ContentLine],
) -> None:
    """Invalid when more is ordered of an archived item. Lines that stay as they are or shrink are all right."""
    after = {line.line: line.base_quantity for line in new_lines}
    problems = [
        FieldError(
            f"/lines/{index}/quantity", "archived_item", f"{line.sku} is archived; no more of it can be ordered."
        )
        for index, line in kept.items()
        if requested[index].line in after
        and after[line.line] > line.base_quantity
        and found[line.item_id].status is ItemStatus.ARCHIVED
    ]
    if problems:
        raise Invalid(errors=problems)


def _take_lines(work: Work, order: Order, new_lines: list[ContentLine], *, keeps_former: bool) -> None:
    """Replaces the lines; one that stays keeps its quantities. Reservations that the new lines do not need stay with
    the former lines until they are released."""
    existing = {line.line: state for line, state in zip(order.lines, order.states, strict=True)}
    order.row.last_line = max(order.row.last_line, *(line.line for line in new_lines))
    line_building.set_other_warehouses(order.row, new_lines)
    if keeps_former:
        order.former = list(zip(order.lines, order.states, strict=True))
        order.row.former = Former(order.row.revision, order.states)
    repository.set_unstocked(order.row, new_lines)
    order.lines, order.row.lines = new_lines, [_carry_over(line, existing) for line in new_lines]


def _check_named(requested: Sequence[SalesOrderLineChange], kept: Mapping[int, ContentLine]) -> None:
    """Invalid for numbers that no line has, and for one given twice."""
    named = [line.line for line in requested if line.line is not None]
    problems = [
        FieldError(f"/lines/{index}/line", "unknown_line", "Not a line of this order, or twice.")
        for index, line in enumerate(requested)
        if line.line is not None and (index not in kept or named.count(line.line) > 1)
    ]
    if problems:
        raise Invalid(errors=problems)


def _carry_over(line: ContentLine, existing: dict[int, LineState]) -> LineState:
    """The state of a new line, with the quantities of the line that it replaces."""
    before = existing.get(line.line, LineState(line.line, Decimal(0)))
    held = min(before.committed, line.base_quantity - before.shipped)
    waits = min(before.backordered, line.base_quantity - before.shipped - held)
    before.committed -= held
    before.backordered -= waits
    return msgspec.structs.replace(before, ordered=line.base_quantity, committed=held, backordered=waits)


def _check_quantities(
    requested: Sequence[SalesOrderLineChange], new_lines: Sequence[ContentLine], existing: dict[int, LineState]
) -> None:
    """Invalid when a line would have less than what is shipped or picked of it, or not be there any more."""
    problems = []
    index_of = {line.line: index for index, line in enumerate(requested)}
    after = {line.line: line for line in new_lines}
    for number, state in existing.items():
        taken, line = state.shipped + state.picked, after.get(number)
        if line is None and taken:
            problems.append(FieldError("/lines", "line_in_use", f"Line {number} is shipped or picked."))
        elif line is not None and line.base_quantity < taken:
            at = f"/lines/{index_of[line.kit_line or number]}/quantity"
            problems.append(FieldError(at, "too_little", "Below what is shipped or picked."))
    if problems:
        raise Invalid(errors=problems)
