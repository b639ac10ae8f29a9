"""Shipments by scanned codes."""

from chalicelib.fulfilment.shipments import tables, tracking
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.visibility import find_many
from chalicelib.search.scan.scanned import MatchedBy, ScanMatch, Scanned


def find(call: Call, scanned: Scanned) -> list[ScanMatch]:
    """The shipment with this id, and those with this tracking number, of their own or of a package."""
    found = []
    if folded(scanned.code):
        found += [(row, MatchedBy.TRACKING_NUMBER) for row in tracking.find(call, scanned.code)]
    if ids.is_valid("shp", scanned.code):
        by_id = find_many(call, tables.Shipment, [tables.shipment_ref(call.tenant, scanned.code)])
        found += [(row, MatchedBy.ID) for row in by_id]
    return [
        ScanMatch(kind=row.entity, id=row.id, matched_by=matched_by, code=row.tracking_number, status=row.status)
        for row, matched_by in {row.id: (row, matched_by) for row, matched_by in found}.values()
    ]
