"""What is on its way between warehouses."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from chalicelib.inventory.documents import repository, tables
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store


def on_its_way(call: Call, warehouse_id: str) -> Mapping[str, Decimal]:
    """How much of each item, by id, is on its way to a warehouse. It reads all transfers that are in transit, which are
    few."""
    key = tables.ByTransit.transit_key == call.tenant.key("transit")
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in store.query_all(tables.StockDocument, key, index="by_transit"):
        for line in repository.lines_of(call, row) if warehouse_id in row.warehouse_ids else ():
            found[line.to_location_id or "", line.item_id] += line.on_its_way
    places = warehouses.read_places(call, {location_id for location_id, _ in found})
    total: dict[str, Decimal] = defaultdict(Decimal)
    for (location_id, item_id), quantity in found.items():
        if location_id in places and places[location_id].warehouse_id == warehouse_id:
            total[item_id] += quantity
    return total
