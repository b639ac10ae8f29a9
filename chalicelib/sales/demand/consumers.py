"""Updates the projection of demand from journal entries, and reserves new stock for backordered orders.

Entries are delivered in order and at least once, so the consumer is idempotent. An order that is confirmed while stock
is received is processed with its own entry, so it cannot be missed.
"""

from decimal import Decimal

from chalicelib.catalog.items import events as item_events
from chalicelib.events.consumers import consumer
from chalicelib.events.schemas import Change
from chalicelib.inventory.stock import balances
from chalicelib.inventory.stock import events as stock_events
from chalicelib.inventory.stock import service as stock
from chalicelib.inventory.stock.balances import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import compound
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.demand import events, tables
from chalicelib.sales.orders import events as order_events
from chalicelib.sales.orders import repository, rules
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.reserving import Reserving
from chalicelib.sales.orders.schemas import Reservation, SalesOrderStatus

_WITH_DEMAND = frozenset({SalesOrderStatus.CONFIRMED, SalesOrderStatus.IN_PROGRESS})
_PAGE = 100
_SHIPMENTS = ("shipment.created", "shipment.packed", "shipment.shipped", "shipment.updated")
"""The shipment events that release no stock. By name, because the package of shipments is above this one."""
_RELEASES_NO_STOCK = frozenset(
    {
        *(str(event) for event in (order_events.CREATED, order_events.CONFIRMED, order_events.BEGUN)),
        str(events.BACKORDER_FILLED),
        *_SHIPMENTS,
    }
)


@consumer(
    "sales.backorders",
    events=(
        order_events.CREATED,
        order_events.UPDATED,
        order_events.CONFIRMED,
        order_events.CANCELLED,
        order_events.CLOSED,
        order_events.BEGUN,
        order_events.ADVANCED,
        order_events.UNDONE,
        events.BACKORDER_FILLED,
        *_SHIPMENTS,
        "shipment.cancelled",
        "shipment.begun",
        "shipment.advanced",
        stock_events.RECEIVED,
        stock_events.ADJUSTED,
        stock_events.TRANSFERRED,
        stock_events.UNBLOCKED,
        stock_events.REPAIRED,
        item_events.RESTORED,
    ),
)
def follow(call: Call, change: Change) -> None:
    """Updates the projection with the orders of an entry, then fills backorders with released or new stock."""
    if change.entity in {"stock_operation", "item", "balance"}:
        for item_id in change.subjects if change.entity == "stock_operation" else [change.entity_id]:
            _fill_item(call, item_id)
        return
    for order_id in [i for i in (change.entity_id, *change.subjects) if i.startswith("so_")]:
        order = _project(call, order_id)
        if _is_backordered(order):
            commit(call, fill, order_id)
        if change.event not in _RELEASES_NO_STOCK:
            for item_id in sorted({stock_key.item_id for stock_key in _stock_keys(call, order)}):
                _fill_item(call, item_id)


def _project(call: Call, order_id: str) -> Order:
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
    refs = {stock_key: _ref(call, stock_key, order.row.id) for stock_key in _stock_keys(call, order)}
    before = store.get_many(refs.values())
    for stock_key, name in refs.items():
        held_quantity, waiting_quantity = held.get(stock_key, Decimal(0)), short.get(stock_key, Decimal(0))
        old = before[name]
        if (held_quantity or waiting_quantity) if old is None else int(old["order_version"]["N"]) < order.row.version:
            _write(call, stock_key, order, held_quantity, waiting_quantity)


def _stock_keys(call: Call, order: Order) -> set[StockKey]:
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


def _fill_item(call: Call, item_id: str) -> None:
    """Reserves available stock of an item for backordered orders, oldest first, until nothing is available."""
    free = {row.location_id for row in stock.all_of_item(call, item_id) if row.available > 0 and not row.blocked}
    waiting = tables.Demand.waiting > Decimal(0)
    key = tables.Demand.partition == call.tenant.key(item_id)
    for row in store.query_all(tables.Demand, key, where=waiting, limit=_PAGE) if free else ():
        if row.location_id not in free:
            continue
        commit(call, fill, row.order_id)
        if balances.read_level(call.tenant, StockKey(item_id, row.location_id)).available <= 0:
            free.discard(row.location_id)
        if not free:
            return


@use_case(events.BACKORDER_FILLED)
def fill(work: Work, order_id: str) -> bool:
    """Reserves available stock for the backordered lines of an order. Returns whether anything was reserved; if not,
    nothing is written."""
    order = repository.load(work, order_id, match=False)
    if order.row.staged is not None or not _is_backordered(order):
        return False
    before = [state.reserved for state in order.states]
    reserving = Reserving(work, order, Reservation.PARTIAL)
    work.apply_while_room(reserving.shortages(), reserving.reserve, reserve=1)
    if [state.reserved for state in order.states] == before:
        return False
    repository.save_row(work, order.row)
    return True


def _is_backordered(order: Order) -> bool:
    """Whether a line of the order is backordered."""
    return any(rules.backordered(order.row.status, state) for state in order.states)
