"""The use case that changes an order and adjusts its reservations."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.errors import FieldError, Invalid, collected
from chalicelib.kernel.mapping import patch
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.customers.schemas import Customer
from chalicelib.sales.orders import (
    amounts,
    answers,
    dates,
    discounts,
    edits,
    events,
    headers,
    holds,
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
from chalicelib.sales.orders.schemas import SalesOrder, SalesOrderChange
from chalicelib.sales.orders.sources import Named, Sources
from chalicelib.sales.orders.states import SALES_ORDER
from chalicelib.sales.orders.status_schemas import SalesOrderStatus

_ZERO = Decimal(0)


@use_case(events.UPDATED)
def update(work: Work, order_id: str, change: SalesOrderChange) -> SalesOrder:
    """Changes a draft or confirmed order. Reservations are adjusted in the same commit, or by a job when they do not
    fit into one transaction. Invalid when the quantity of a line would be less than what is shipped or picked;
    InsufficientStock when the policy is `full` and stock is missing."""
    order = repository.load(work, order_id)
    SALES_ORDER.require(order.row, "update")
    source = _sources(work, order, change)
    lines, header = _new_content(work, order, change, source)
    if taxes.place(header) != taxes.place(order.header):
        lines, header = taxes.without_rates(lines, header)
    asked = () if change.lines is UNSET else change.lines
    lines, header = line_building.taxed(work, (lines, header), asked, order.row.currency)
    edits.check_terms(asked, lines, _by_number(order))
    apply(work, order, lines, header)
    return answers.view(order)


def apply(work: Work, order: Order, lines: list[ContentLine], header: Header) -> None:
    """Gives the order new lines and a new header, with their taxes, as a revision of its own; its totals and
    reservations follow. Nothing is revised when nothing is new."""
    row, before = order.row, (order.lines, order.header)
    header = amounts.summed(lines, header, row.currency)
    line_building.set_other_warehouses(row, lines)
    if (lines, header) == before:
        repository.save_row(work, row)
        return
    is_staged = row.status is not SalesOrderStatus.DRAFT and lines != order.lines
    _take_lines(work, order, lines, keeps_former=is_staged)
    deposit = amounts.deposit(order.header, row.total, row.currency)
    order.header, row.total = header, amounts.order_total(header)
    if row.status is not SalesOrderStatus.DRAFT and amounts.deposit(header, row.total, row.currency) != deposit:
        holds.settle_deposit(work, row, header)
    if holds.uses_credit(row):
        holds.settle_credit(work, row)
    row.revision += 1
    repository.write_content(work, order, revisions.differences(before, (lines, header)))
    if is_staged:
        staged.OPERATION.run(work, order, "update")
    else:
        repository.save_row(work, row)


def _sources(work: Work, order: Order, change: SalesOrderChange) -> Sources:
    """The documents that the change refers to. Invalid with what cannot change any more too."""
    row = order.row
    problems = edits.fixed_errors(order, change)
    problems += dates.errors(None if change.ordered_at is UNSET else change.ordered_at, work.now)
    lines = [] if change.lines is UNSET else change.lines
    kept = sources.kept_lines(lines, order.lines)
    customer_id = row.customer_id if change.customer_id is UNSET else change.customer_id
    with collected(problems):
        edits.check_named(lines, kept)
        source = sources.read(work, lines, _named(row, change), customer_id, kept)
    if problems:
        raise Invalid(errors=problems)
    return source


def _named(row: tables.SalesOrder, change: SalesOrderChange) -> Named:
    """What the change names anew; what it repeats may be archived by now."""

    def new(name: str) -> str | None:
        value: str | None | UnsetType = getattr(change, name)
        return None if value is UNSET or value == getattr(row, name) else value

    names = ("warehouse_id", "customer_id", "salesperson_id")
    return Named(**{name: new(name) for name in names}, is_dated=change.ordered_at is not UNSET)


def _new_head(
    work: Work, order: Order, change: SalesOrderChange, customer: Customer | None
) -> tuple[list[ContentLine], Header]:
    """Lines and header with what is given besides lines; the state row gets its part of it. customer: the new one."""
    row, is_other = order.row, change.customer_id not in (UNSET, order.row.customer_id)
    before = order.header if not is_other else headers.with_customer(order.header, customer)
    header = headers.changed(before, change)
    if is_other or change.customer_reference not in (UNSET, row.customer_reference):
        release_reference(work, row)
        if is_other:
            row.set_customer(work.tenant, customer.id if customer else None)
        if change.customer_reference is not UNSET:
            row.customer_reference = change.customer_reference
        claim_reference(work, row)
    if change.ordered_at is not UNSET:
        is_taxed_then = header.tax_date == row.day()
        row.set_date(work.tenant, change.ordered_at, tenants.calendar(work))
        if is_taxed_then and change.tax_date is UNSET:
            header = msgspec.structs.replace(header, tax_date=row.day())
    lines = [_without_words(line) for line in order.lines] if is_other else order.lines
    if change.warehouse_id not in (UNSET, row.warehouse_id):
        lines = [_moved(line, row.warehouse_id, change.warehouse_id) for line in lines]
    patch(row, change, without=("lines", "customer_id", "customer_reference", "ordered_at"))
    return lines, header


def _new_content(
    work: Work, order: Order, change: SalesOrderChange, source: Sources
) -> tuple[list[ContentLine], Header]:
    """Lines and header with what is given, without taxes and totals. Invalid for wrong lines and charges."""
    problems: list[FieldError] = []
    lines, header = _new_head(work, order, change, source.customer)
    with collected(problems):
        if change.lines is not UNSET:
            lines = _new_lines(work, order, source, change.lines, (lines, header))
    with collected(problems):
        if change.charges is not UNSET:
            header = headers.with_charges(header, change.charges, order.row.currency)
    problems += headers.errors(header, order.row.currency)
    problems = problems or discounts.errors(lines, header, order.row.currency)
    if problems:
        raise Invalid(errors=problems)
    return discounts.applied(lines, header, order.row.currency), header


def _without_words(line: ContentLine) -> ContentLine:
    """A line without what the former customer calls its item."""
    return msgspec.structs.replace(line, customer_item_code=None, customer_item_name=None)


def _moved(line: ContentLine, before: str, after: str | UnsetType) -> ContentLine:
    """A line that was in the order's former warehouse goes with it."""
    return msgspec.structs.replace(line, warehouse_id=after) if line.warehouse_id == before else line


def _new_lines(
    work: Work,
    order: Order,
    source: Sources,
    requested: Sequence[SalesOrderLineChange],
    draft: tuple[Sequence[ContentLine], Header],
) -> list[ContentLine]:
    """The lines as they are from now on; a line that stays keeps its number. draft: lines and header with what else
    changes."""
    existing, header = draft
    kept = sources.kept_lines(requested, existing)
    terms = line_terms.of_order(header, order.row.warehouse_id, order.row.currency)
    prices = sources.prices(work, source, requested, terms, kept)
    new_lines = line_building.lines(source, requested, terms, prices, existing, order.row.last_line)
    edits.check_quantities(requested, new_lines, _by_number(order))
    edits.check_archived(source.items, requested, kept, new_lines)
    return new_lines


def _by_number(order: Order) -> dict[int, tuple[ContentLine, LineState]]:
    return {line.line: (line, state) for line, state in zip(order.lines, order.states, strict=True)}


def _take_lines(work: Work, order: Order, new_lines: list[ContentLine], *, keeps_former: bool) -> None:
    """Replaces the lines; one that stays keeps its quantities. Reservations that the new lines do not need stay with
    the former lines until they are released."""
    existing = _by_number(order)
    order.row.last_line = max(order.row.last_line, *(line.line for line in new_lines))
    if keeps_former:
        order.former = list(zip(order.lines, order.states, strict=True))
        order.row.former = Former(order.row.revision, order.states)
    repository.set_unstocked(order.row, new_lines)
    order.lines, order.row.lines = new_lines, [_carry_over(line, existing) for line in new_lines]


def _carry_over(line: ContentLine, existing: Mapping[int, tuple[ContentLine, LineState]]) -> LineState:
    """The state of a new line, with the quantities of the line that it replaces. What was committed in another
    warehouse stays with that line until it is released."""
    was, before = existing.get(line.line, (line, LineState(line.line, Decimal(0))))
    stays = (line.warehouse_id, line.takes_stock) == (was.warehouse_id, was.takes_stock)
    most = max(_ZERO, line.base_quantity - before.shipped) if stays else _ZERO
    held = min(before.committed, most)
    waits = min(before.backordered, most - held)
    before.committed -= held
    before.backordered -= waits
    over = max(_ZERO, before.shipped - line.base_quantity)
    return msgspec.structs.replace(before, ordered=line.base_quantity, committed=held, backordered=waits, over=over)
