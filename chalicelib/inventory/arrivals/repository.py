"""Reads what is expected."""

from chalicelib.inventory.arrivals import tables
from chalicelib.inventory.arrivals.tables import Arrival
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.visibility import visible


def expected(call: Call, key: StockKey, most: int) -> tuple[list[Arrival], bool]:
    """What is expected of a stock key, the next one first, at most so many; and whether there are more."""
    partition = tables.ByDueDate.due_key == tables.due_key(call.tenant, key)
    page = store.query(Arrival, partition, index="by_due_date", limit=most)
    return visible(call, map(Arrival.read, store.full(Arrival, page.items))), page.next_key is not None
