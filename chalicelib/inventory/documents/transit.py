"""What is on its way between warehouses."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from chalicelib.inventory.documents import repository, tables
from chalicelib.inventory.warehouses.tables import Location, location_ref
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant


def on_its_way(call: Call, warehouse_id: str) -> Mapping[str, Decimal]:
    """How much of each item, by id, is on its way to a warehouse. It reads all transfers that are in transit, which are
    few."""
    key = tables.ByTransit.transit_key == call.tenant.key("transit")
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in store.query_all(tables.StockDocument, key, index="by_transit"):
        for line in repository.lines_of(call, row) if warehouse_id in row.warehouse_ids else ():
            found[line.to_location_id or "", line.item_id] += line.on_its_way
    located = _located(call.tenant, {location_id for location_id, _ in found})
    total: dict[str, Decimal] = defaultdict(Decimal)
    for (location_id, item_id), quantity in found.items():
        if located.get(location_id) == warehouse_id:
            total[item_id] += quantity
    return total


def _located(tenant: Tenant, location_ids: set[str]) -> dict[str, str]:
    """Location id to warehouse id."""
    refs = [location_ref(tenant, each) for each in sorted(location_ids)]
    rows = [Location.read(item) for item in store.get_many(refs).values() if item is not None] if refs else []
    return {row.id: row.warehouse_id for row in rows}
