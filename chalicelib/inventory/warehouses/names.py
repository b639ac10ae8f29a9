"""The names and codes of warehouses and locations."""

from collections.abc import Collection

from chalicelib.inventory.warehouses import tables
from chalicelib.kernel.call import Call
from chalicelib.kernel.names import Named
from chalicelib.kernel.visibility import find_many


def of_warehouses(call: Call, warehouse_ids: Collection[str]) -> dict[str, Named]:
    """The names and codes of warehouses."""
    rows = find_many(call, tables.Warehouse, [tables.warehouse_ref(call.tenant, each) for each in warehouse_ids])
    return {row.id: Named(kind=tables.Warehouse.entity, name=row.name, code=row.code) for row in rows}


def of_locations(call: Call, location_ids: Collection[str]) -> dict[str, Named]:
    """The names and codes of locations."""
    rows = find_many(call, tables.Location, [tables.location_ref(call.tenant, each) for each in location_ids])
    return {row.id: Named(kind=tables.Location.entity, name=row.name, code=row.code) for row in rows}
