"""Reads of the reservations of open orders, for the self-check. The lines of orders are authoritative."""

from decimal import Decimal

import msgspec

from chalicelib.inventory.stock.balances import StockKey
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.sales.orders import repository, rules, tables


class OrderReservations(msgspec.Struct, frozen=True, kw_only=True):
    """The reservations of one order, at one version."""

    order_id: str
    version: int
    held: dict[StockKey, Decimal]


def page(tenant: Tenant, after: str, limit: int) -> tuple[list[OrderReservations], str | None]:
    """The reservations of the open orders with ids after `after`, sorted by id, and the id to continue after.

    Orders are read strongly consistent; the index of open orders is updated within a second.
    """
    key = tables.ByOpen.open_key == tenant.key("open")
    if after:
        key &= tables.ByOpen.id > after
    listed = store.query(tables.SalesOrder, key, index="by_open", limit=limit)
    rows = [tables.SalesOrder.read(item) for item in store.full(tables.SalesOrder, listed.items)]
    reserving = [row for row in rows if any(state.reserved for state in row.lines) or row.former is not None]
    last = listed.items[-1]["id"]["S"] if listed.next_key else None
    return [_reservations_of(tenant, row) for row in reserving], last


def versions(tenant: Tenant, order_ids: list[str]) -> dict[str, int]:
    """The versions of the orders that exist, strongly consistent."""
    found = store.get_many([repository.ref(tenant, order_id) for order_id in order_ids])
    return {str(ref.range_key): int(item["version"]["N"]) for ref, item in found.items() if item is not None}


def _reservations_of(tenant: Tenant, row: tables.SalesOrder) -> OrderReservations:
    order = repository.with_content(tenant, row)
    wants = [*order.wants(), *order.former_wants()]
    held = rules.held_by_stock_key(wants, [entry.held for entry in wants])
    return OrderReservations(order_id=row.id, version=row.version, held={p: q for p, q in held.items() if q})
