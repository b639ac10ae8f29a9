"""What the API answers of an order, derived from its rows."""

import msgspec

from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.kernel import money
from chalicelib.kernel.decimals import bare
from chalicelib.kernel.mapping import merged, to_struct
from chalicelib.sales.orders import amounts, holds, kits, remaining, rules, tables, taxes
from chalicelib.sales.orders.amount_schemas import SalesOrderTotals
from chalicelib.sales.orders.content import ContentLine, Header
from chalicelib.sales.orders.line_schemas import SalesOrderCharge, SalesOrderLine
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.repository import Order, new_state
from chalicelib.sales.orders.schemas import SalesOrder, SalesOrderPreview, SalesOrderSummary
from chalicelib.sales.orders.states import SALES_ORDER
from chalicelib.sales.orders.status_schemas import SalesOrderStatus
from chalicelib.sales.orders.turn_schemas import Turn


def view(order: Order) -> SalesOrder:
    """The API's representation of the order."""
    row = order.row
    lines, header = remaining.remaining(row, order.lines, order.header)
    return to_struct(
        row,
        SalesOrder,
        lines=[_line(order, *pair) for pair in zip(lines, row.lines, strict=True)],
        totals=totals(header, row.currency),
        charges=[merged(SalesOrderCharge, charge) for charge in header.charges],
        taxes=taxes.totals(lines, header, row.currency),
        tax_date=header.tax_date,
        tax_treatment=header.tax_treatment,
        rounding=header.rounding,
        channel=header.channel,
        prices_include_tax=header.prices_include_tax,
        billing_address=header.billing_address,
        shipping_address=header.shipping_address,
        requested_on=header.requested_on,
        note=header.note,
        holds=row.holds or [],
        paid_amount=money.shown(holds.payment(row).paid, row.currency),
        discount_percent=header.discount_percent,
        discount_amount=header.discount_amount,
        deposit_percent=header.deposit_percent,
        deposit_amount=header.deposit_amount,
        deposit=money.shown(amounts.deposit(header, amounts.order_total(header), row.currency), row.currency),
        allowed_transitions=SALES_ORDER.allowed(row),
        **_derived(row),
    )


def preview(lines: list[ContentLine], header: Header, currency: str) -> SalesOrderPreview:
    """The API's representation of what an order would cost."""
    states = [new_state(line) for line in lines]
    row = tables.SalesOrder(status=SalesOrderStatus.DRAFT, currency=currency, lines=states)
    order = Order(row, header, lines)
    return merged(
        SalesOrderPreview,
        header,
        currency=currency,
        lines=[_line(order, *pair) for pair in zip(lines, states, strict=True)],
        charges=[merged(SalesOrderCharge, charge) for charge in header.charges],
        taxes=taxes.totals(lines, header, currency),
        totals=totals(header, currency),
    )


def totals(header: Header, currency: str) -> SalesOrderTotals:
    """The totals of a header as the API shows them."""
    total = money.shown(amounts.order_total(header), currency)
    return merged(SalesOrderTotals, header, total=total, charges=header.charged)


def _line(order: Order, line: ContentLine, state: LineState) -> SalesOrderLine:
    if line.kind is ItemKind.KIT:
        made = kits.quantities(line.line, order.lines, order.states)
        state = msgspec.structs.replace(state, **made._asdict())
    is_stocked = line.kind in (ItemKind.STOCKED, ItemKind.KIT)
    delivered = state.shipped if is_stocked else rules.delivered(order.row.status, state)
    quantities = {
        "committed": state.committed,
        "picked": state.picked,
        "shipped": state.shipped,
        "delivered": delivered,
        "cancelled": state.cancelled,
        "billed": state.billed,
        "backordered": state.backordered,
        "over": state.over,
        "unplanned": state.unplanned if is_stocked else state.outstanding - delivered,
    }
    return merged(SalesOrderLine, line, **{name: bare(value) for name, value in quantities.items()})


def summary(row: tables.SalesOrder) -> SalesOrderSummary:
    """The API's representation of the order in a list."""
    return to_struct(row, SalesOrderSummary, total=money.shown(row.total, row.currency), **_derived(row))


def _derived(row: tables.SalesOrder) -> dict[str, object]:
    """The fields that are derived from the quantities of the lines and from merges of customers, and the running
    job."""
    return {
        "fulfilment": rules.fulfilment(row.status, row.stocked_lines()),
        "billing": rules.billing(row.lines),
        "former_customer_id": next(iter(row.former_customer_ids or []), None),
        **msgspec.structs.asdict(row.turn or Turn()),
        "on_hold": [hold.kind for hold in row.holds or []],
        "payment": holds.payment(row).status,
        "job_id": row.job_id,
    }
