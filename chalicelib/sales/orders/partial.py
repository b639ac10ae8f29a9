"""What callers see of an order that lies in other warehouses too than those that they are limited to: the lines of
theirs, without prices and totals. They ship those lines; all other commands are for whoever sees the whole order."""

from collections.abc import Collection
from typing import Any, TypeVar

import msgspec

from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden
from chalicelib.sales.orders import tables
from chalicelib.sales.orders.schemas import SalesOrder, SalesOrderSummary

S = TypeVar("S", bound=msgspec.Struct)
_COMMON = frozenset({"included", "version", "created_at", "created_by", "updated_at", "updated_by"})
HEAD = _COMMON | {
    *("id", "number", "status", "fulfilment", "billing", "job_id", "currency", "warehouse_id"),
    *("customer_id", "former_customer_id", "customer_reference", "salesperson_id", "on_hold", "payment"),
    *("ordered_at", "confirmed_at", "priority", "promised_on"),
}
"""The fields of an order and its summary that show nothing of other warehouses, and no money."""
WHOLE = HEAD | {
    *("revision", "channel", "reservation", "rounding", "prices_include_tax", "tax_date", "tax_treatment"),
    *("lines", "shipping_address", "requested_on", "note", "cancel_reason", "closed_at", "external_refs"),
}
"""The same of a whole order, whose lines are cut."""
LINES = frozenset(
    {
        *("line", "item_id", "sku", "name", "customer_item_code", "customer_item_name", "kind", "kit_line"),
        *("warehouse_id", "drop_ship", "requested_on", "promised_on", "price_per", "price_unit", "price_source"),
        *("quantity", "unit", "base_quantity", "base_unit"),
        *("committed", "picked", "shipped", "delivered", "cancelled", "billed", "backordered", "over", "unplanned"),
    }
)
"""The same of its lines."""


def require_whole(call: Call, row: tables.SalesOrder) -> None:
    """Forbidden for callers who see only a part of the order."""
    if not call.sees(*row.warehouses()):
        raise Forbidden("The order has lines in warehouses beyond those that you are limited to.")


def order(call: Call, row: tables.SalesOrder, shown: SalesOrder) -> SalesOrder:
    """The order as the caller sees it."""
    if call.sees(*row.warehouses()):
        return shown
    lines = [_only(line, LINES) for line in shown.lines if call.sees(line.warehouse_id)]
    return _only(shown, WHOLE, lines=lines, warehouse_id=_warehouse(call, row))


def summary(call: Call, row: tables.SalesOrder, shown: SalesOrderSummary) -> SalesOrderSummary:
    """The order in a list as the caller sees it."""
    if call.sees(*row.warehouses()):
        return shown
    return _only(shown, HEAD, warehouse_id=_warehouse(call, row))


def _warehouse(call: Call, row: tables.SalesOrder) -> str:
    """The first warehouse of the order that the caller sees."""
    return next(each for each in row.warehouses() if call.sees(each))


def _only(shown: S, names: Collection[str], **others: Any) -> S:
    """The struct with these fields only; the others are empty. `others` replaces values, of fields of several types."""
    hidden = {*shown.__struct_fields__} - {*names}
    empty: dict[str, Any] = {name: [] if isinstance(getattr(shown, name), list) else None for name in hidden}
    return msgspec.structs.replace(shown, **(empty | others))
