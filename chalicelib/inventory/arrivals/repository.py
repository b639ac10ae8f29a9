"""Reads what is expected."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from chalicelib.inventory.arrivals import tables
from chalicelib.inventory.arrivals.tables import Arrival
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.visibility import visible


def expected(call: Call, key: StockKey, most: int) -> tuple[list[Arrival], bool]:
    """What is expected of a stock key, the next one first, at most so many; and whether there are more."""
    keys = tables.due_between(call.tenant, key.warehouse_id, key.item_id, key.item_id)
    page = store.query(Arrival, keys, index="by_due_date", limit=most)
    return visible(call, map(Arrival.read, store.full(Arrival, page.items))), page.next_key is not None


def expected_of(tenant: Tenant, warehouse_id: str, first: str, last: str) -> dict[str, list[tuple[date, Decimal]]]:
    """What is expected in a warehouse of the items from one id to another: item id to day and quantity."""
    found: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in store.query_all(Arrival, tables.due_between(tenant, warehouse_id, first, last), index="by_due_date"):
        found[row.item_id].append((row.due_on, row.quantity))
    return found
