"""What orders hold and wait for by stock key. The lines of orders are authoritative."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec
from pynamodb.expressions.condition import Condition

from chalicelib.inventory.commitments.ranks import Claim
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.sales.orders import repository, rules, tables
from chalicelib.sales.orders.repository import Order


class OrderReservations(msgspec.Struct, frozen=True, kw_only=True):
    """What one order holds and waits for, at one version."""

    order_id: str
    claim: Claim
    version: int
    held: dict[StockKey, Decimal]
    waiting: dict[StockKey, Decimal]


def waiting(order: Order) -> dict[StockKey, Decimal]:
    """The backordered quantity of each stock key that has one."""
    wants = [*order.wants(), *order.former_wants()]
    return _by_stock_key(wants, [want.waits for want in wants])


def page(tenant: Tenant, after: str, limit: int) -> tuple[list[OrderReservations], str | None]:
    """The open orders with ids after `after` that hold or wait for anything, sorted by id, and the id to continue
    after.

    Orders are read strongly consistent; the index of open orders is updated within a second.
    """
    key = tables.ByOpen.open_key == tenant.key("open")
    if after:
        key &= tables.ByOpen.id > after
    listed = store.query(tables.SalesOrder, key, index="by_open", limit=limit)
    rows = [tables.SalesOrder.read(item) for item in store.full(tables.SalesOrder, listed.items)]
    last = listed.items[-1]["id"]["S"] if listed.next_key else None
    return _reservations(tenant, [row for row in rows if _holds_or_waits(row)]), last


def of_orders(tenant: Tenant, order_ids: Iterable[str]) -> dict[str, OrderReservations]:
    """What these orders hold and wait for, strongly consistent, by id; open or not."""
    return {order_id: of(order) for order_id, order in repository.read_many(tenant, list(order_ids)).items()}


def _holds_or_waits(row: tables.SalesOrder) -> bool:
    return row.former is not None or any(state.committed or state.backordered for state in row.stocked_lines())


def _reservations(tenant: Tenant, rows: Sequence[tables.SalesOrder]) -> list[OrderReservations]:
    return [of(order) for order in repository.with_contents(tenant, rows)]


def of(order: Order) -> OrderReservations:
    """What an order holds and waits for."""
    wants = [*order.wants(), *order.former_wants()]
    return OrderReservations(
        order_id=order.row.id,
        claim=order.row.claim(),
        version=order.row.version,
        held=_by_stock_key(wants, [entry.held for entry in wants]),
        waiting=waiting(order),
    )


def _by_stock_key(wants: Sequence[rules.Want], quantities: Sequence[Decimal]) -> dict[StockKey, Decimal]:
    """The quantities of lines summed by stock key, without zeros."""
    return {key: quantity for key, quantity in rules.held_by_stock_key(wants, quantities).items() if quantity}


def unchanged(tenant: Tenant, order: Order) -> tuple[store.Ref, Condition]:
    """The condition that an order is still as it was read."""
    return repository.ref(tenant, order.row.id), tables.SalesOrder.version == order.row.version
