"""The revisions of an order: each change of what is ordered writes one, and none is ever changed."""

from collections.abc import Sequence

from chalicelib.kernel import money
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import merged
from chalicelib.kernel.pages import Page, PageQuery
from chalicelib.kernel.visibility import required
from chalicelib.sales.orders import amounts, answers, partial, repository, tables, taxes
from chalicelib.sales.orders.content import ContentLine, Header
from chalicelib.sales.orders.line_schemas import SalesOrderCharge, SalesOrderLineTerms
from chalicelib.sales.orders.revision_schemas import (
    RevisionChoice,
    SalesOrderRevision,
    SalesOrderRevisionHead,
    SalesOrderRevisionSummary,
)
from chalicelib.sales.orders.tables import SalesOrderContent

_OF_LINES = {
    "quantity": ("quantity",),
    "warehouse_id": ("warehouse_id",),
    "drop_ship": ("drop_ship",),
    "requested_on": ("requested_on",),
    "promised_on": ("promised_on",),
    "unit": ("unit", "factor"),
    "unit_price": ("unit_price",),
    "price_per": ("price_per",),
    "price_unit": ("price_unit", "price_factor"),
    "discount_percent": ("discount_percent",),
    "discount_amount": ("discount_amount",),
    "tax_code_id": ("tax_code_id",),
    "tax_amount": ("tax_amount", "marketplace_tax"),
}
"""Fields of lines that callers know, each with the stored ones in which a difference shows."""
_TERMS = ("discount_percent", "discount_amount", "deposit_percent", "deposit_amount")
_OF_HEADERS = ("charges", "billing_address", "shipping_address", "requested_on", "note", *_TERMS)


def differences(before: tuple[Sequence[ContentLine], Header], after: tuple[Sequence[ContentLine], Header]) -> list[str]:
    """Where two revisions differ: pointers with line numbers, without values."""
    old, new = ({line.line: line for line in lines} for lines, _ in (before, after))
    found: list[str] = []
    for number in sorted({*old, *new}):
        if number not in old or number not in new:
            found.append(f"/lines/{number}")
            continue
        found += [
            f"/lines/{number}/{name}"
            for name, stored in _OF_LINES.items()
            if any(getattr(old[number], each) != getattr(new[number], each) for each in stored)
        ]
    return found + [f"/{name}" for name in _OF_HEADERS if getattr(before[1], name) != getattr(after[1], name)]


def page(call: Call, order_id: str, query: PageQuery) -> Page[SalesOrderRevisionSummary]:
    """A page of the revisions of an order, newest first. NotFound."""
    row = _whole(call, order_id)
    choice = RevisionChoice(order_id=order_id, limit=query.limit, cursor=query.cursor)
    rows, cursor = paginate(SalesOrderContent, tables.REVISION_VIEWS, call, choice)
    found = [(each.revision, each.content.header or Header()) for each in rows]
    return Page([_summary(row, *each) for each in found], cursor)


def _whole(call: Call, order_id: str) -> tables.SalesOrder:
    """The row of an order. NotFound; Forbidden for callers who see only a part of it, because revisions tell of all
    lines."""
    row = required(tables.SalesOrder, repository.find_row(call, order_id))
    partial.require_whole(call, row)
    return row


def _summary(row: tables.SalesOrder, revision: int, header: Header) -> SalesOrderRevisionSummary:
    total = money.shown(amounts.order_total(header), row.currency)
    return merged(SalesOrderRevisionSummary, _head(row, revision, header), total=total)


def _head(row: tables.SalesOrder, revision: int, header: Header) -> SalesOrderRevisionHead:
    return SalesOrderRevisionHead(
        revision=revision,
        changed_at=header.revised_at or row.created_at,
        changed_by=header.revised_by or row.created_by,
        changed=header.changed,
    )


def read(call: Call, order_id: str, number: int | None) -> SalesOrderRevision:
    """What was ordered by one revision, the newest one for None. NotFound."""
    row = _whole(call, order_id)
    revision = number or row.revision
    parts = repository.parts_of(call.tenant, order_id, revision)
    if not parts:
        raise NotFound("There is no such revision.")
    header = parts[0].header or Header()
    lines = [line for part in parts for line in part.lines]
    return merged(
        SalesOrderRevision,
        _head(row, revision, header),
        header,
        order_id=order_id,
        lines=[merged(SalesOrderLineTerms, line) for line in lines],
        charges=[merged(SalesOrderCharge, charge) for charge in header.charges],
        taxes=taxes.totals(lines, header, row.currency),
        totals=answers.totals(header, row.currency),
    )
