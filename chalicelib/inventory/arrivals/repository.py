"""Reads what is expected."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from chalicelib.inventory.arrivals import tables
from chalicelib.inventory.arrivals.tables import Arrival
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant, parts_of
from chalicelib.kernel.visibility import visible


def expected(call: Call, key: StockKey, most: int) -> tuple[list[Arrival], bool]:
    """What is expected of a stock key, the next one first, at most so many; and whether there are more."""
    keys = tables.due_between(call.tenant, key.warehouse_id, key.item_id, key.item_id)
    page = store.query(Arrival, keys, index="by_due_date", limit=most)
    return visible(call, map(Arrival.read, store.full(Arrival, page.items))), page.next_key is not None


def expected_of(tenant: Tenant, warehouse_id: str, first: str, last: str) -> dict[str, list[tuple[date, Decimal]]]:
    """What is expected in a warehouse of the items from one id to another: item id to day and quantity. The index
    suffices, so that a page of items takes one query."""
    found: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    start = None
    while True:
        keys = tables.due_between(tenant, warehouse_id, first, last)
        page = store.query(Arrival, keys, index="by_due_date", start=start)
        for row in map(Arrival.read, page.items):
            item_id, due_on = parts_of(row.due_place)
            found[item_id].append((date.fromisoformat(due_on), row.quantity))
        start = page.next_key
        if start is None:
            return found
