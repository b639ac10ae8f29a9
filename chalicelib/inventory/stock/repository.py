"""Reads what lies in a warehouse from the indexes, and what has moved there."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chalicelib.inventory.stock import tables
from chalicelib.inventory.stock.tables import Bin, ByWarehouse, Movement, Stock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.tenant import Tenant, parts_of

_ITEMS = 200
_MOST_ENTRIES = 1000
"""Entries that one query reads."""


class BinAt(NamedTuple):
    """A location and an item that lies there, in the order of the index."""

    location_id: str
    item_id: str


def items_in(tenant: Tenant, warehouse_id: str, after: str) -> Iterator[list[str]]:
    """The ids of the items that have a stock row in a warehouse, after one of them, some at a time."""
    key = ByWarehouse.warehouse_key == tenant.key(warehouse_id)
    if after:
        key &= ByWarehouse.item_id > after
    start: Item | None = None
    while True:
        page = store.query(Stock, key, index="by_warehouse", limit=_ITEMS, start=start)
        if page.items:
            yield [entry["item_id"]["S"] for entry in page.items]
        start = page.next_key
        if start is None:
            return


def movements_after(tenant: Tenant, item_id: str, warehouse_id: str, seq: int) -> Iterator[Movement]:
    """The movements of an item in a warehouse after one of them, in their order, strongly consistent."""
    key = Movement.partition == tables.movements_key(tenant, item_id, warehouse_id)
    yield from store.query_all(Movement, key & (Movement.seq > seq))


def bins_in(
    tenant: Tenant, warehouse_id: str, location_ids: Sequence[str], at_once: int, after: str
) -> Iterator[list[BinAt]]:
    """The bins of a warehouse after one of them, at these locations, which are sorted, and at some between them. Each
    query reads twice as many as the one before, and leaps to the next of the locations."""
    warehouse_key = tenant.key(warehouse_id)
    while True:
        reached = parts_of(after)[0]
        location_ids = location_ids[bisect_left(location_ids, reached) :]
        if not location_ids:
            return
        after = after if location_ids[0] == reached else ""
        key = tables.bins_at(warehouse_key, location_ids[0], location_ids[-1], after)
        page = store.query(Bin, key, index="by_location", limit=at_once)
        if page.items:
            yield [BinAt(*parts_of(entry["at"]["S"])) for entry in page.items]
        if page.next_key is None:
            return
        after, at_once = page.items[-1]["at"]["S"], min(2 * at_once, _MOST_ENTRIES)
