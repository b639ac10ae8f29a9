"""Stock documents by scanned codes."""

from chalicelib.inventory.documents import repository, tables
from chalicelib.inventory.documents.document_schemas import PREFIXES
from chalicelib.kernel import ids, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.visibility import find_many
from chalicelib.search.scan.scanned import MatchedBy, ScanMatch, Scanned


def find(call: Call, scanned: Scanned) -> list[ScanMatch]:
    """The document with this number or id."""
    owners = uniques.owners(call.tenant, tables.NUMBER, [scanned.code])
    found = dict.fromkeys(owners.values(), MatchedBy.NUMBER)
    if any(ids.is_valid(prefix, scanned.code) for prefix in PREFIXES):
        found[scanned.code] = MatchedBy.ID
    rows = find_many(call, tables.StockDocument, [repository.ref(call.tenant, each) for each in found])
    return [
        ScanMatch(kind=row.entity, id=row.id, matched_by=found[row.id], code=row.number, status=row.status)
        for row in rows
    ]
