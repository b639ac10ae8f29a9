"""Service of edits, apart from service.py for its length: what is reserved follows in the same commit."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from msgspec import UNSET

from chalicelib.kernel.errors import FieldError, Invalid, TooManyActions
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import line_building, repository, rules, staged, tables
from chalicelib.sales.orders.line_building import Sources
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import (
    RoundingRule,
    SalesOrder,
    SalesOrderChange,
    SalesOrderLineChange,
    SalesOrderStatus,
)
from chalicelib.sales.orders.tables import ContentLine, LineState


class _LineTerms(msgspec.Struct):
    warehouse_id: str
    currency: str
    rounding: RoundingRule


@use_case("sales_order.updated")
def update(work: Work, order_id: str, change: SalesOrderChange) -> SalesOrder:
    """Changes a draft or an order under way. Invalid when a line would fall below what is shipped or picked;
    InsufficientStock when an order that reserves in full cannot."""
    order = repository.load(work, order_id)
    order.require("update")
    row, before = order.row, order.wants()
    if change.customer_reference is not UNSET and change.customer_reference != row.customer_reference:
        line_building.release_reference(work, row)
        row.customer_reference = change.customer_reference
        line_building.claim_reference(work, row)
    if change.reservation is not UNSET:
        row.reservation = change.reservation
    if change.external_refs is not UNSET:
        row.external_refs = list(change.external_refs) or None
    if change.lines is not UNSET:
        _replace_lines(work, order, change.lines)
    if _rewrite_content(order, change):
        row.revision += 1
        order.header = line_building.header(order.header, order.lines, row.currency)
        row.total = line_building.total(order.header)
        repository.write_content(work, order)
    if change.lines is not UNSET and row.status is not SalesOrderStatus.DRAFT:
        _hold(work, order, before)
    return repository.save(work, order)


def _rewrite_content(order: Order, change: SalesOrderChange) -> bool:
    """Puts the new header fields in; whether the content changes at all."""
    fields = {
        name: value
        for name in ("billing_address", "shipping_address", "note", "charges")
        if (value := getattr(change, name)) is not UNSET
    }
    order.header = msgspec.structs.replace(order.header, **fields)
    return bool(fields) or change.lines is not UNSET


def _hold(work: Work, order: Order, before: Sequence[rules.Want]) -> None:
    touched = {entry.stock_key for entry in before} | {entry.stock_key for entry in order.wants()}
    if len(touched) > staged.MAX_STOCK_KEYS:
        raise TooManyActions(f"An order under way can be edited up to {staged.MAX_STOCK_KEYS} items and locations.")
    repository.hold(work, order, order.row.reservation, before=before)
    order.row.status = rules.status(order.states)


def _replace_lines(work: Work, order: Order, requested: Sequence[SalesOrderLineChange]) -> None:
    """Swaps the lines; a line that stays keeps its number and what happened to it."""
    present = {line.line: state for line, state in zip(order.lines, order.states, strict=True)}
    _refuse(requested, present)
    found = line_building.line_sources(work, requested, order.row.warehouse_id, None)
    terms = _LineTerms(order.row.warehouse_id, order.row.currency, order.header.rounding)
    numbers = _numbers(requested, order.row)
    kept = line_building.lines(Sources(*found), requested, terms, numbers)
    _refuse_moved(order, kept)
    line_building.set_other_warehouses(work, order.row, kept)
    states = []
    for line in kept:
        state = present.get(line.line, LineState(line.line, Decimal(0)))
        held = min(state.reserved, line.quantity - state.shipped)
        states.append(LineState(line.line, line.quantity, held, state.picked, state.shipped, state.billed))
    order.lines, order.row.lines = kept, states


def _numbers(requested: Sequence[SalesOrderLineChange], row: tables.SalesOrder) -> list[int]:
    """New lines go on from the highest number there ever was: a number never comes to mean another line."""
    numbers = []
    for line in requested:
        if line.line is None:
            row.last_line += 1
        numbers.append(line.line or row.last_line)
    return numbers


def _refuse(requested: Sequence[SalesOrderLineChange], present: dict[int, LineState]) -> None:
    problems = []
    named = [line.line for line in requested if line.line is not None]
    for index, line in enumerate(requested):
        if line.line is None:
            continue
        state = present.get(line.line)
        if state is None or named.count(line.line) > 1:
            problems.append(FieldError(f"/lines/{index}/line", "unknown_line", "Not a line of this order, or twice."))
        elif line.quantity < state.shipped + state.picked:
            problems.append(FieldError(f"/lines/{index}/quantity", "too_little", "Below what is shipped or picked."))
    for number, state in present.items():
        if number not in named and (state.shipped or state.picked):
            problems.append(FieldError("/lines", "line_in_use", f"Line {number} is shipped or picked."))
    if problems:
        raise Invalid(errors=problems)


def _refuse_moved(order: Order, kept: Sequence[ContentLine]) -> None:
    """A line that stays is still the same item at the same place."""
    before = {line.line: (line.item_id, line.location_id) for line in order.lines}
    problems = [
        FieldError(f"/lines/{index}/item_id", "fixed", "A line keeps its item and location; add a new line instead.")
        for index, line in enumerate(kept)
        if line.line in before and before[line.line] != (line.item_id, line.location_id)
    ]
    if problems:
        raise Invalid(errors=problems)
