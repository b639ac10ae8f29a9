"""Building of an order's lines and header from a request: items, locations, prices, totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar

import msgspec

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.schemas import Item
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.schemas import default_location
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import service as customers
from chalicelib.parties.customers.schemas import Customer
from chalicelib.sales.orders import rules
from chalicelib.sales.orders.schemas import NewSalesOrder, NewSalesOrderLine, RoundingRule
from chalicelib.sales.orders.tables import ContentLine, Header, SalesOrder

T = TypeVar("T")


class LineTerms(Protocol):
    """The fields of an order that its lines depend on."""

    @property
    def warehouse_id(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def rounding(self) -> RoundingRule: ...


@dataclass(frozen=True, slots=True)
class Sources:
    """The documents that a draft refers to, read in one or two round trips."""

    items: dict[str, Item]
    ids: list[str]
    customer: Customer | None


def sources(work: Work, command: NewSalesOrder) -> Sources:
    """Reads items, locations and the customer. Invalid lists every one that is missing or archived."""
    return Sources(*line_sources(work, command.lines, command.warehouse_id, command.customer_id))


def line_sources(
    work: Work, lines: Sequence[NewSalesOrderLine], warehouse_id: str, customer_id: str | None
) -> tuple[dict[str, Item], list[str], Customer | None]:
    """Items by id, each line's item id, and the customer."""
    ids = _item_ids(work, lines)
    # Also the warehouse's default location, even if no line uses it, to check that the warehouse exists.
    pointer_of = {default_location(warehouse_id): "/warehouse_id"}
    pointer_of |= {_location(line, warehouse_id): _location_pointer(index, line) for index, line in _backwards(lines)}
    refs = [items.ref(work, item_id) for item_id in ids]
    refs += [warehouses.location_ref(work.tenant, location) for location in pointer_of]
    if customer_id:
        refs.append(customers.ref(work, customer_id))
    work.fetch(*refs)
    problems: list[FieldError] = []
    found: dict[str, Item] = {}
    customer = None
    pointers = {item_id: f"/lines/{index}/item_id" for index, item_id in _backwards(ids)}
    try:
        found = items.active(work, pointers.items())
    except Invalid as error:
        problems += error.errors
    try:
        warehouses.active_locations(work, pointer_of.items())
    except Invalid as error:
        problems += error.errors
    try:
        customer = customers.active(work, customer_id, "/customer_id") if customer_id else None
    except Invalid as error:
        problems += error.errors
    if problems:
        raise Invalid(errors=problems)
    return found, ids, customer


def _backwards(values: Sequence[T]) -> list[tuple[int, T]]:
    return list(reversed(list(enumerate(values))))


def _item_ids(work: Work, lines: Sequence[NewSalesOrderLine]) -> list[str]:
    """The item id of each line, by id or SKU. Invalid for unknown SKUs, and for lines with neither or both."""
    by_sku = items.ids_by_sku(work, [line.sku for line in lines if line.sku and not line.item_id])
    problems, ids = [], []
    for index, line in enumerate(lines):
        if (line.item_id is None) == (line.sku is None):
            problems.append(FieldError(f"/lines/{index}", "item_or_sku", "Give either item_id or sku."))
        elif line.sku is not None and line.sku not in by_sku:
            problems.append(FieldError(f"/lines/{index}/sku", "unknown_sku", "No item has this SKU."))
        else:
            ids.append(line.item_id or by_sku[line.sku or ""])
    if problems:
        raise Invalid(errors=problems)
    return ids


def _location(line: NewSalesOrderLine, warehouse_id: str) -> str:
    return line.location_id or default_location(warehouse_id)


def _location_pointer(index: int, line: NewSalesOrderLine) -> str:
    return f"/lines/{index}/location_id" if line.location_id else "/warehouse_id"


def lines(
    source: Sources, requested: Sequence[NewSalesOrderLine], terms: LineTerms, numbers: Sequence[int] = ()
) -> list[ContentLine]:
    """The lines as they are stored. Invalid lists every invalid price, discount and amount."""
    problems = []
    for index, line in enumerate(requested):
        item = source.items[source.ids[index]]
        problems += rules.line_errors(line, item, terms.currency, f"/lines/{index}")
    if problems:
        raise Invalid(errors=problems)
    return [
        rules.content_line(
            numbers[index] if numbers else index + 1,
            line,
            source.items[source.ids[index]],
            _location(line, terms.warehouse_id),
            terms.currency,
            terms.rounding,
        )
        for index, line in enumerate(requested)
    ]


def header(draft: Header, content_lines: Sequence[ContentLine], currency: str) -> Header:
    """The header with its totals. Invalid for charges with too many decimal places."""
    problems = [
        error
        for index, charge in enumerate(draft.charges)
        for name in ("amount", "tax_amount")
        for error in rules.amount_errors(getattr(charge, name), currency, f"/charges/{index}/{name}")
    ]
    if problems:
        raise Invalid(errors=problems)
    sums = rules.totals(
        content_lines, draft.charges, currency, draft.rounding, prices_include_tax=draft.prices_include_tax
    )
    return msgspec.structs.replace(
        draft, gross=sums.gross, discount=sums.discount, net=sums.net, charged=sums.charges, tax=sums.tax
    )


def total(summed: Header) -> Decimal:
    """The total amount that the customer has to pay."""
    return summed.net + summed.charged + (Decimal(0) if summed.prices_include_tax else summed.tax)


def set_other_warehouses(work: Work, row: SalesOrder, content_lines: Sequence[ContentLine]) -> None:
    """Stores the warehouses of the lines other than the order's own. When the order has shipments, it keeps the
    previous ones too: shipments have the visibility of their order, and an edit may have removed a line of a cancelled
    shipment."""
    warehouse_ids = warehouses.warehouse_ids(work, sorted({line.location_id for line in content_lines}))
    if row.shipments:
        warehouse_ids |= set(row.other_warehouse_ids or ())
    row.other_warehouse_ids = sorted(warehouse_ids - {row.warehouse_id}) or None
