"""Use cases of sales orders."""

from collections.abc import Collection
from decimal import Decimal

import msgspec
from msgspec import UNSET

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.call import Call
from chalicelib.kernel.counts import count
from chalicelib.kernel.errors import Conflict, FieldError, Invalid, collected
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_row
from chalicelib.kernel.names import Named
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find_many
from chalicelib.kernel.work import Work
from chalicelib.parties.customers.schemas import Customer
from chalicelib.sales.orders import (
    amounts,
    answers,
    dates,
    discounts,
    events,
    headers,
    holds,
    line_building,
    line_terms,
    partial,
    repository,
    sources,
    staged,
    tables,
)
from chalicelib.sales.orders.command_schemas import CancelSalesOrder, ConfirmSalesOrder
from chalicelib.sales.orders.content import ContentLine, Header
from chalicelib.sales.orders.customer_reference import claim_reference
from chalicelib.sales.orders.hold_schemas import (
    HoldKind,
    HoldSalesOrder,
    Payment,
    PaymentStatus,
    ReleaseSalesOrder,
    SetSalesOrderPayment,
)
from chalicelib.sales.orders.queries import SalesOrderQuery
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import NewSalesOrder, SalesOrder, SalesOrderPreview, SalesOrderSummary
from chalicelib.sales.orders.states import SALES_ORDER, has_picked
from chalicelib.sales.orders.status_schemas import SalesOrderStatus
from chalicelib.sales.orders.turn_schemas import PrioritizeSalesOrder, Turn
from chalicelib.search.index import service as search


@use_case(events.CREATED)
def create(work: Work, command: NewSalesOrder) -> SalesOrder:
    """Creates a draft. Invalid lists every line with an invalid item, warehouse, price or discount."""
    customer, lines, header = _priced(work, command)
    ordered_at, calendar = command.ordered_at or work.now, tenants.calendar(work)
    year = calendar.fiscal_year(calendar.local(ordered_at).date())
    order_id = work.new_id("so")
    row = to_row(
        tables.SalesOrder,
        command,
        id=order_id,
        partition=repository.ref(work.tenant, order_id).hash_key,
        number=work.new_number("SO", year),
        status=SalesOrderStatus.DRAFT,
        total=amounts.order_total(header),
        lines=[repository.new_state(line) for line in lines],
        revision=1,
        last_line=len(lines),
        open_key=work.tenant.key("open"),
        turn=turn if (turn := Turn(priority=command.priority, promised_on=command.promised_on)) != Turn() else None,
    )
    row.set_customer(work.tenant, customer.id if customer else None)
    row.set_date(work.tenant, ordered_at, calendar)
    line_building.set_other_warehouses(row, lines)
    repository.set_unstocked(row, lines)
    order = repository.Order(row, header, lines)
    work.create(row)
    work.claim(tables.NUMBER, row.number, row.id, "/number")
    repository.write_content(work, order)
    claim_reference(work, row)
    return answers.view(order)


def preview(call: Call, command: NewSalesOrder) -> SalesOrderPreview:
    """What an order would cost, by the same rules; nothing is written. Invalid as for `create`."""
    work = Work(call)
    _, lines, header = _priced(work, command)
    return answers.preview(lines, header, command.currency)


def _priced(work: Work, command: NewSalesOrder) -> tuple[Customer | None, list[ContentLine], Header]:
    """The customer, the lines with prices and taxes, and the header with its totals."""
    problems = dates.errors(command.ordered_at, work.now)
    named = sources.Named(command.warehouse_id, command.customer_id, command.salesperson_id, is_dated=True)
    with collected(problems):
        source = sources.read(work, command.lines, named, command.customer_id, {})
    if problems:
        raise Invalid(errors=problems)
    day = tenants.calendar(work).local(command.ordered_at or work.now).date()
    header = headers.of_new(command, source.customer, day)
    terms = line_terms.of_order(header, command.warehouse_id, command.currency)
    prices = sources.prices(work, source, command.lines, terms, {})
    with collected(problems):
        lines = line_building.lines(source, command.lines, terms, prices)
    with collected(problems):
        header = headers.with_charges(header, command.charges, command.currency)
    problems += headers.errors(header, command.currency)
    problems = problems or discounts.errors(lines, header, command.currency)
    if problems:
        raise Invalid(errors=problems)
    lines = discounts.applied(lines, header, command.currency)
    lines, header = line_building.taxed(work, (lines, header), command.lines, command.currency)
    return source.customer, lines, amounts.summed(lines, header, command.currency)


@use_case(events.CONFIRMED)
def confirm(work: Work, order_id: str, command: ConfirmSalesOrder) -> SalesOrder:
    """Reserves stock and confirms the order. InsufficientStock for `full` when stock is missing.

    Takes two reads and one transaction, or is done by a job when the order does not fit into one transaction.
    """
    order = repository.load(work, order_id)
    SALES_ORDER.require(order.row, "confirm")
    order.row.reservation = command.reservation or order.row.reservation
    order.row.confirmed_at = work.now
    return _run(work, order, "confirm")


@use_case(events.PRIORITIZED)
def prioritize(work: Work, order_id: str, command: PrioritizeSalesOrder) -> SalesOrder:
    """Changes when an order gets stock: what it waits for gets its new place, in this transaction or by a job."""
    order = repository.load(work, order_id)
    SALES_ORDER.require(order.row, "prioritize")
    given = {name: value for name, value in msgspec.structs.asdict(command).items() if value is not UNSET}
    turn = order.row.turn or Turn()
    next_turn = msgspec.structs.replace(turn, **given)
    if next_turn == turn:
        return answers.view(order)
    order.row.next_turn = next_turn
    return _run(work, order, "prioritize")


@use_case(events.CANCELLED)
def cancel(work: Work, order_id: str, command: CancelSalesOrder) -> SalesOrder:
    """Cancels what is not shipped of an order, and releases its stock. TransitionRefused while a shipment is open."""
    order = repository.load(work, order_id)
    SALES_ORDER.require(order.row, "cancel")
    order.row.cancel_reason = command.reason
    return _run(work, order, "cancel")


@use_case(events.CLOSED)
def close(work: Work, order_id: str) -> SalesOrder:
    """Closes a partly shipped order: the rest is cancelled. Conflict while a shipment is open."""
    order = repository.load(work, order_id)
    SALES_ORDER.require(order.row, "close")
    if has_picked(order.row):
        raise Conflict("A shipment of this order is open; ship or cancel it first.")
    return _run(work, order, "close")


@use_case(events.HELD)
def hold(work: Work, order_id: str, command: HoldSalesOrder) -> SalesOrder:
    """Keeps an order from being picked and shipped, until the hold is lifted."""
    order = repository.load(work, order_id)
    SALES_ORDER.take(order.row, "hold", order.row.status)
    holds.place(work, order.row, command.kind, command.note)
    return _saved(work, order)


@use_case(events.RELEASED)
def release(work: Work, order_id: str, command: ReleaseSalesOrder) -> SalesOrder:
    """Lifts a hold of an order, if it has one of that kind. An order beyond its customer's credit is let through."""
    order = repository.load(work, order_id)
    SALES_ORDER.take(order.row, "release", order.row.status)
    if holds.has(order.row, command.kind):
        holds.lift(order.row, command.kind)
        if command.kind is HoldKind.CREDIT:
            holds.settle_credit(work, order.row, is_let_through=True)
    return _saved(work, order)


@use_case(events.PAYMENT_SET)
def set_payment(work: Work, order_id: str, command: SetSalesOrderPayment) -> SalesOrder:
    """Records whether an order is paid: what is paid uses no credit, and a hold for its deposit is lifted. Invalid for
    a paid amount that does not fit."""
    order = repository.load(work, order_id)
    row, paid = order.row, Decimal(command.paid_amount or 0)
    problems = amounts.amount_errors(paid, row.currency, "/paid_amount")
    if (command.status is PaymentStatus.PARTIALLY_PAID) is not bool(paid):
        says = "Give what is paid with partially_paid, and only then."
        problems.append(FieldError("/paid_amount", "partly_only", says))
    if problems:
        raise Invalid(errors=problems)
    row.payment = None if command.status is PaymentStatus.UNPAID else Payment(status=command.status, paid=paid)
    if row.status in (SalesOrderStatus.CONFIRMED, SalesOrderStatus.IN_PROGRESS):
        holds.settle_deposit(work, row, order.header)
    if holds.uses_credit(row):
        holds.settle_credit(work, row)
    return _saved(work, order)


def _saved(work: Work, order: Order) -> SalesOrder:
    repository.save_row(work, order.row)
    return answers.view(order)


def _run(work: Work, order: Order, name: str) -> SalesOrder:
    staged.OPERATION.run(work, order, name)
    return answers.view(order)


def read(call: Call, order_id: str) -> SalesOrder:
    """One order, as far as the caller sees it. NotFound."""
    order = repository.read(call, order_id)
    return partial.order(call, order.row, answers.view(order))


def current(work: Work, order_id: str) -> SalesOrder:
    """One order, read within a decision, which runs again if the order changes before the commit. NotFound."""
    return answers.view(repository.load(work, order_id, match=False))


def count_open(call: Call) -> int:
    """How many orders are not done or cancelled."""
    return count(call, tables.SalesOrder, tables.ByOpen.open_key == call.tenant.key("open"), index="by_open")


def names(call: Call, order_ids: Collection[str]) -> dict[str, Named]:
    """The numbers of orders."""
    refs = [repository.ref(call.tenant, each) for each in order_ids]
    rows = find_many(call, tables.SalesOrder, refs)
    return {row.id: Named(kind=tables.SalesOrder.entity, name=row.number) for row in rows}


def page(call: Call, query: SalesOrderQuery) -> Page[SalesOrderSummary]:
    """A page of orders."""
    query = search.narrowed(call, "sales_order", query)
    rows, cursor = paginate(tables.SalesOrder, tables.VIEWS, call, query)
    return Page([partial.summary(call, row, answers.summary(row)) for row in rows], cursor)
