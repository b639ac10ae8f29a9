"""What an order comes to without what was cancelled of it. The stored lines keep what was ordered."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.kernel.money import rounded
from chalicelib.sales.orders import amounts, kits, taxes
from chalicelib.sales.orders.content import ContentLine, Header
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.status_schemas import SalesOrderStatus
from chalicelib.sales.orders.tables import SalesOrder


def remaining(row: SalesOrder, lines: Sequence[ContentLine], header: Header) -> tuple[list[ContentLine], Header]:
    """Lines and header with the amounts of what is not cancelled; a cancelled order has no charges any more."""
    if row.status is not SalesOrderStatus.CANCELLED and not any(state.cancelled for state in row.lines):
        return list(lines), header
    left = [_left(line, state, lines, row.lines) for line, state in zip(lines, row.lines, strict=True)]
    if row.status is SalesOrderStatus.CANCELLED:
        header = msgspec.structs.replace(header, charges=[])
    reduced = [_reduced(line, share, header, row.currency) for line, share in zip(lines, left, strict=True)]
    taxed, header = taxes.computed(reduced, header, row.currency)
    amounted = [
        msgspec.structs.replace(line, net=entry.net, tax_amount=entry.tax_amount, marketplace_tax=entry.marketplace_tax)
        for line, entry in zip(lines, taxed, strict=True)
    ]
    return amounted, amounts.summed(taxed, header, row.currency)


def total(row: SalesOrder, lines: Sequence[ContentLine], header: Header) -> Decimal:
    """What the customer has to pay for what is not cancelled."""
    return amounts.order_total(remaining(row, lines, header)[1])


def _left(line: ContentLine, state: LineState, lines: Sequence[ContentLine], states: Sequence[LineState]) -> Fraction:
    """Which share of a line is not cancelled; of a kit, as many as its components still make."""
    is_kit = line.kind is ItemKind.KIT
    cancelled = kits.quantities(line.line, lines, states).cancelled if is_kit else state.cancelled
    return 1 - Fraction(cancelled) / Fraction(state.ordered) if state.ordered else Fraction(1)


def _reduced(line: ContentLine, left: Fraction, header: Header, currency: str) -> ContentLine:
    """The line as if only a share of it had been ordered: its value, discounts and given tax shrink alike. A tax
    that has a rate is computed anew. A line of which nothing is cancelled stays as it is."""
    if left == 1:
        return line

    def share(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else rounded(Fraction(amount) * left, currency, header.rounding.mode)

    reduced = msgspec.structs.replace(
        line,
        factor=str(Fraction(line.factor) * left),
        discount_amount=share(line.discount_amount),
        order_discount=share(line.order_discount) or Decimal(0),
        given_tax=share(line.given_tax) if line.tax is None else None,
    )
    net = rounded(amounts.net_value(reduced), currency, header.rounding.mode)
    return msgspec.structs.replace(reduced, net=net)
