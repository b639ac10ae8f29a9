"""Use cases of sales orders."""

from chalicelib.kernel.address import Address
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.mapping import merged, to_row
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.customers.schemas import Customer, CustomerAddressKind
from chalicelib.sales.orders import events, line_building, repository, staged, tables
from chalicelib.sales.orders.customer_reference import claim_reference
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import (
    CancelOrder,
    ConfirmOrder,
    NewSalesOrder,
    SalesOrder,
    SalesOrderQuery,
    SalesOrderStatus,
    SalesOrderSummary,
)
from chalicelib.sales.orders.states import SALES_ORDER
from chalicelib.sales.orders.tables import Header, LineState


@use_case(events.CREATED)
def create(work: Work, command: NewSalesOrder) -> SalesOrder:
    """Creates a draft. Invalid lists every line with an invalid item, location, price or discount."""
    source = line_building.sources(work, command)
    lines = line_building.lines(source, command.lines, command)
    header = line_building.header(_header(command, source.customer), lines, command.currency)
    order_id = work.new_id("so")
    row = to_row(
        tables.SalesOrder,
        command,
        id=order_id,
        partition=repository.ref(work.tenant, order_id).hash_key,
        number=work.new_number("SO"),
        status=SalesOrderStatus.DRAFT,
        customer_key=work.tenant.key(command.customer_id) if command.customer_id else None,
        total=line_building.total(header),
        lines=[LineState(line.line, line.quantity) for line in lines],
        revision=1,
        last_line=len(lines),
        ordered_at=command.ordered_at or work.now,
        open_key=work.tenant.key("open"),
    )
    line_building.set_other_warehouses(work, row, lines)
    order = repository.Order(row, header, lines)
    work.create(row)
    repository.write_content(work, order)
    claim_reference(work, row)
    return repository.view(order)


def _header(command: NewSalesOrder, customer: Customer | None) -> Header:
    return Header(
        billing_address=command.billing_address or _address(customer, CustomerAddressKind.BILLING),
        shipping_address=command.shipping_address or _address(customer, CustomerAddressKind.SHIPPING),
        note=command.note,
        charges=list(command.charges),
        rounding=command.rounding,
        prices_include_tax=command.prices_include_tax,
    )


def _address(customer: Customer | None, kind: CustomerAddressKind) -> Address | None:
    """A copy of the customer's first address of that kind, else of the first address."""
    addresses = customer.addresses if customer else []
    chosen = next((entry for entry in addresses if entry.kind is kind), addresses[0] if addresses else None)
    return None if chosen is None else merged(Address, chosen)


@use_case(events.CONFIRMED)
def confirm(work: Work, order_id: str, command: ConfirmOrder) -> SalesOrder:
    """Reserves stock and confirms the order. InsufficientStock for `full` when stock is missing.

    Takes two reads and one transaction, or is done by a job when the order does not fit into one transaction.
    """
    order = repository.load(work, order_id)
    SALES_ORDER.require(order.row, "confirm")
    order.row.reservation = command.reservation or order.row.reservation
    return _run(work, order, "confirm")


@use_case(events.CANCELLED)
def cancel(work: Work, order_id: str, command: CancelOrder) -> SalesOrder:
    """Cancels an order without shipped or picked quantities, and releases its stock and its customer reference."""
    order = repository.load(work, order_id)
    SALES_ORDER.require(order.row, "cancel")
    order.row.cancel_reason = command.reason
    return _run(work, order, "cancel")


@use_case(events.CLOSED)
def close(work: Work, order_id: str) -> SalesOrder:
    """Closes a partly shipped order: the rest is no longer ordered. Conflict while a shipment is open."""
    order = repository.load(work, order_id)
    SALES_ORDER.require(order.row, "close")
    if any(state.picked for state in order.states):
        raise Conflict("A shipment of this order is open; ship or cancel it first.")
    return _run(work, order, "close")


def _run(work: Work, order: Order, name: str) -> SalesOrder:
    staged.OPERATION.run(work, order, name)
    return repository.view(order)


def read(call: Call, order_id: str) -> SalesOrder:
    """One order. NotFound."""
    return repository.view(repository.read(call, order_id))


def current(work: Work, order_id: str) -> SalesOrder:
    """One order, read within a decision, which runs again if the order changes before the commit. NotFound."""
    return repository.view(repository.load(work, order_id, match=False))


def page(call: Call, query: SalesOrderQuery) -> Page[SalesOrderSummary]:
    """A page of orders."""
    rows, cursor = paginate(tables.SalesOrder, tables.VIEWS, call, query)
    return Page([repository.summary(row) for row in rows], cursor)
