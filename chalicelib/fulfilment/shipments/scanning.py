"""Shipments by scanned codes."""

from chalicelib.fulfilment.shipments import service, tables
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.visibility import find_many
from chalicelib.search.scan.scanned import MatchedBy, ScanMatch, Scanned

_MOST = 25


def find(call: Call, scanned: Scanned) -> list[ScanMatch]:
    """The shipment with this id, and those with this tracking number, which the carrier may use again."""
    found = {}
    if folded(scanned.code):
        key = tables.ByTracking.tracking_key == tables.tracking_key(call.tenant, scanned.code)
        page = store.query(tables.Shipment, key, index="by_tracking", limit=_MOST, newest_first=True)
        found = dict.fromkeys((item["id"]["S"] for item in page.items), MatchedBy.TRACKING_NUMBER)
    if ids.is_valid("shp", scanned.code):
        found[scanned.code] = MatchedBy.ID
    rows = find_many(call, tables.Shipment, [service.ref(call.tenant, each) for each in found])
    return [
        ScanMatch(kind=row.entity, id=row.id, matched_by=found[row.id], code=row.tracking_number, status=row.status)
        for row in rows
    ]
