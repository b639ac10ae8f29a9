"""Reserves stock that has become available for the orders that wait for it, oldest first."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from chalicelib.inventory.stock import balances
from chalicelib.inventory.stock import service as stock
from chalicelib.inventory.stock.balances import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.demand import events, projection, tables
from chalicelib.sales.orders import repository, reservations
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.reserving import Reserving
from chalicelib.sales.orders.schemas import ReservationMode

_PAGE = 25
_KEYS = 40
"""The stock keys of one commit, each of which writes a balance and a row."""


def fill_items(call: Call, item_ids: Iterable[str]) -> None:
    """Reserves available stock of the items for the orders that wait for them, oldest first, until nobody waits or
    nothing is available. An order that waits for several of them gets them in one commit."""
    filling = _Filling(call)
    rows = heapq.merge(*map(filling.waiting, sorted(set(item_ids))), key=lambda row: row.rank)
    for order_id, of_order in groupby(rows, key=lambda row: row.order_id):
        filling.fill(order_id, [row.stock_key for row in of_order])


class _Filling:
    """The locations where each item is available, as far as this run knows. Stock is read when somebody waits for it,
    and not again: a location where an order still waits after its turn has nothing left."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._free: dict[str, set[str]] = {}

    def waiting(self, item_id: str) -> Iterator[tables.Demand]:
        """Who waits for an item, the oldest first, as long as some of it is available."""
        key = tables.Demand.partition == self._call.tenant.key(item_id)
        for row in store.query_all(tables.Demand, key, limit=_PAGE):
            if item_id not in self._free:
                levels = stock.all_of_item(self._call, item_id)
                self._free[item_id] = {
                    level.location_id for level in levels if level.available > 0 and not level.blocked
                }
            if not self._free[item_id]:
                return
            yield row

    def fill(self, order_id: str, keys: Iterable[StockKey]) -> None:
        """Fills an order with what is available of these stock keys."""
        free = [key for key in keys if key.location_id in self._free[key.item_id]]
        for start in range(0, len(free), _KEYS):
            asked = free[start : start + _KEYS]
            order = commit(self._call, fill, order_id, asked)
            if order.row.staged is None:
                for key in reservations.waiting(order).keys() & set(asked):
                    self._free[key.item_id].discard(key.location_id)


@use_case(events.BACKORDER_FILLED)
def fill(work: Work, order_id: str, keys: Sequence[StockKey]) -> Order:
    """Reserves available stock of these stock keys for the lines of an order that wait for it, with the rows that say
    so. Returns the order. Nothing is written when nothing is available, or while a job works on the order."""
    work.fetch(*repository.first_refs(work.tenant, order_id), *(balances.ref(work.tenant, key) for key in keys))
    order = repository.load(work, order_id, match=False)
    before = reservations.waiting(order)
    missing = [key for key in keys if key in before]
    if order.row.staged is not None or not missing:
        return order
    reserving = Reserving(work, order, ReservationMode.PARTIAL, missing)
    for key in missing:
        reserving.reserve(key)
    if work.actions:
        repository.save_row(work, order.row)
        after = reservations.waiting(order)
        projection.replace(work, order, [key for key in missing if after.get(key) != before[key]])
    return order
