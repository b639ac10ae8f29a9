"""Reserves stock that has become available for backordered orders, oldest first."""

from decimal import Decimal

from chalicelib.inventory.stock import balances
from chalicelib.inventory.stock import service as stock
from chalicelib.inventory.stock.balances import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.demand import events, tables
from chalicelib.sales.orders import repository, rules
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.reserving import Reserving
from chalicelib.sales.orders.schemas import Reservation

_PAGE = 100


def fill_item(call: Call, item_id: str) -> None:
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
    if order.row.staged is not None or not is_backordered(order):
        return False
    before = [state.reserved for state in order.states]
    reserving = Reserving(work, order, Reservation.PARTIAL)
    work.apply_while_room(reserving.shortages(), reserving.reserve, reserve=1)
    if [state.reserved for state in order.states] == before:
        return False
    repository.save_row(work, order.row)
    return True


def is_backordered(order: Order) -> bool:
    """Whether a line of the order is backordered."""
    return any(rules.backordered(order.row.status, state) for state in order.states)
