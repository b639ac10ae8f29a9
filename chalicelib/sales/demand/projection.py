"""The projection of demand: one row for each order and stock key with a backordered quantity.

A row has the order's version that it was written from. A writer that was overtaken neither overwrites nor deletes a
newer row; only a row that it adds may have been deleted before, so it reads the version of the order again after that.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from chalicelib.inventory.stock.balances import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work
from chalicelib.sales.demand import tables
from chalicelib.sales.orders import repository, reservations
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import SalesOrderStatus

_ZERO = Decimal(0)


def project(call: Call, orders: Mapping[str, bool]) -> dict[str, set[StockKey]]:
    """Writes what orders wait for. Returns the stock keys where each waits or may have released stock.

    orders: by id, whether the order has just been confirmed, so that it has no rows yet. While a job works on an order,
    its rows stay as they are, because the job's last entry has them written.
    """
    found = repository.read_many(call.tenant, list(orders))
    is_new = {
        order_id: orders[order_id] or order.row.status is SalesOrderStatus.DRAFT for order_id, order in found.items()
    }
    keys = {
        order_id: set(reservations.waiting(order)) if is_new[order_id] else stock_keys(call.tenant, order)
        for order_id, order in found.items()
    }
    settled = {order_id: order for order_id, order in found.items() if order.row.staged is None}
    stored = _stored(call.tenant, {order_id: keys[order_id] for order_id in settled if not is_new[order_id]})
    for order_id, order in settled.items():
        has_added = _write(call.tenant, order, keys[order_id], stored.get(order_id, {}))
        if has_added and repository.version(call, order_id) != order.row.version:
            keys |= project(call, {order_id: False})
    return keys


def stock_keys(tenant: Tenant, order: Order) -> set[StockKey]:
    """The stock keys of the order's lines in all revisions: there may have been several edits since the last run."""
    if order.row.revision == 1:
        return set(order.stock_keys())
    return repository.stock_keys(repository.lines_ever(tenant, order.row.id))


def misfits(tenant: Tenant, order: Order) -> dict[StockKey, tuple[Decimal, Decimal]]:
    """Where the order waits for something else than its rows say: how much it waits for, and how much they say."""
    keys, waiting = stock_keys(tenant, order), reservations.waiting(order)
    rows = _stored(tenant, {order.row.id: keys}).get(order.row.id, {})
    stored = {key: row.waiting for key, row in rows.items()}
    pairs = {key: (waiting.get(key, _ZERO), stored.get(key, _ZERO)) for key in sorted(keys)}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def replace(work: Work, order: Order, keys: Iterable[StockKey]) -> None:
    """Writes the rows of these stock keys in the transaction that saves the order. It needs no condition: a row cannot
    be newer than the order."""
    waiting = reservations.waiting(order)
    for key in keys:
        if key in waiting:
            work.overwrite(_row(work.tenant, order, key, waiting[key]))
        else:
            work.remove(tables.ref(work.tenant, order.row.id, key))


def _stored(tenant: Tenant, keys: Mapping[str, Iterable[StockKey]]) -> dict[str, dict[StockKey, tables.Demand]]:
    """The rows of orders at these stock keys, by order."""
    refs = [tables.ref(tenant, order_id, key) for order_id, of_order in keys.items() for key in of_order]
    stored: dict[str, dict[StockKey, tables.Demand]] = defaultdict(dict)
    for item in store.get_many(refs).values() if refs else ():
        if item is not None:
            row = tables.Demand.read(item)
            stored[row.order_id][row.stock_key] = row
    return stored


def _write(tenant: Tenant, order: Order, keys: Iterable[StockKey], before: dict[StockKey, tables.Demand]) -> bool:
    """Writes the rows that differ from `before`, unless a newer version is stored. Returns whether one was added."""
    waiting = reservations.waiting(order)
    is_older = tables.Demand.order_version <= order.row.version
    has_added = False
    for key in sorted(keys):
        old, quantity = before.get(key), waiting.get(key, _ZERO)
        row = _row(tenant, order, key, quantity)
        if old is None and quantity:
            store.write(store.put(row, tables.Demand.partition.does_not_exist() | is_older))
            has_added = True
        elif old is not None and (old.order_version, old.waiting) != (row.order_version, quantity):
            store.write(store.put(row, is_older) if quantity else store.delete(store.ref_of(row), is_older))
    return has_added


def _row(tenant: Tenant, order: Order, key: StockKey, quantity: Decimal) -> tables.Demand:
    name = tables.ref(tenant, order.row.id, key)
    return tables.Demand(
        partition=name.hash_key,
        rank=name.range_key,
        item_id=key.item_id,
        order_id=order.row.id,
        location_id=key.location_id,
        waiting=quantity,
        order_version=order.row.version,
    )
