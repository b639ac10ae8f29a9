"""Locations by scanned codes."""

from chalicelib.inventory.warehouses import tables
from chalicelib.kernel import ids, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.visibility import find_all, find_many
from chalicelib.search.scan.scanned import MatchedBy, ScanMatch, Scanned


def find(call: Call, scanned: Scanned) -> list[ScanMatch]:
    """The locations with this code, in every warehouse that the caller may see, or with this id."""
    warehouses = find_all(call, tables.Warehouse, tables.Warehouse.partition == call.tenant.key())
    names = [uniques.refs(call.tenant, tables.location_code(row.id), [scanned.code]) for row in warehouses]
    requested = [ref for each in names for ref in each.values()]
    owners = [item["owner"]["S"] for item in store.get_many(requested).values() if item is not None]
    found = dict.fromkeys(owners, MatchedBy.CODE)
    if ids.is_valid("loc", scanned.code):
        found[scanned.code] = MatchedBy.ID
    rows = find_many(call, tables.Location, [tables.location_ref(call.tenant, each) for each in found])
    return [
        ScanMatch(kind=row.entity, id=row.id, matched_by=found[row.id], code=row.code, name=row.name, status=row.status)
        for row in rows
    ]
