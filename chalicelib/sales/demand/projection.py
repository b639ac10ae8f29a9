"""The projection of demand: one row for each order and stock key with a reserved or a backordered quantity."""

from decimal import Decimal

from chalicelib.inventory.stock.balances import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import compound
from chalicelib.sales.demand import tables
from chalicelib.sales.orders import repository, rules
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import SalesOrderStatus

_WITH_DEMAND = frozenset({SalesOrderStatus.CONFIRMED, SalesOrderStatus.IN_PROGRESS})


def project(call: Call, order_id: str) -> Order:
    """Writes the order's demand and returns the order. Repeats until the order has not changed in between: a concurrent
    run of this consumer may have read an older version and written it later."""
    while True:
        order = repository.read(call, order_id)
        _write_demand(call, order)
        if repository.version(call, order_id) == order.row.version:
            return order


def _write_demand(call: Call, order: Order) -> None:
    wants, former = order.wants(), order.former_wants()
    has_demand = order.row.status in _WITH_DEMAND
    held = rules.held_by_stock_key([*wants, *former], [entry.held for entry in (*wants, *former)])
    short = rules.held_by_stock_key(
        wants, [entry.outstanding - entry.held if has_demand else Decimal(0) for entry in wants]
    )
    refs = {stock_key: _ref(call, stock_key, order.row.id) for stock_key in stock_keys(call, order)}
    before = store.get_many(refs.values())
    for stock_key, name in refs.items():
        held_quantity, waiting_quantity = held.get(stock_key, Decimal(0)), short.get(stock_key, Decimal(0))
        old = before[name]
        if (held_quantity or waiting_quantity) if old is None else int(old["order_version"]["N"]) < order.row.version:
            _write(call, stock_key, order, held_quantity, waiting_quantity)


def stock_keys(call: Call, order: Order) -> set[StockKey]:
    """The stock keys of the order's lines, and of its lines in earlier revisions."""
    return set(order.stock_keys()) | _former_stock_keys(call, order)


def _former_stock_keys(call: Call, order: Order) -> set[StockKey]:
    """The stock keys of the lines of all revisions: there may have been several edits since the last run."""
    if order.row.revision == 1:
        return set()
    former = repository.lines_ever(call.tenant, order.row.id)
    return {StockKey(line.item_id, line.location_id) for line in former}


def _ref(call: Call, stock_key: StockKey, order_id: str) -> store.Ref:
    return store.Ref(tables.Demand, call.tenant.key(stock_key.item_id), compound(order_id, stock_key.location_id))


def _write(call: Call, stock_key: StockKey, order: Order, held_quantity: Decimal, waiting_quantity: Decimal) -> None:
    """Writes one row, unless a newer version is stored; deletes it when the order has no reserved and no backordered
    quantity."""
    name = _ref(call, stock_key, order.row.id)
    newer = tables.Demand.order_version < order.row.version
    if not held_quantity and not waiting_quantity:
        store.write(store.delete(name, newer))
        return
    row = tables.Demand(
        partition=name.hash_key,
        rank=name.range_key,
        item_id=stock_key.item_id,
        order_id=order.row.id,
        location_id=stock_key.location_id,
        held=held_quantity,
        waiting=waiting_quantity,
        order_version=order.row.version,
    )
    store.write(store.put(row, tables.Demand.partition.does_not_exist() | newer))
