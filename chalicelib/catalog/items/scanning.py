"""Items by scanned codes."""

from decimal import Decimal

from chalicelib.catalog.items import conversions, tables
from chalicelib.catalog.items.barcodes import Barcode, compared
from chalicelib.catalog.items.conversions import Measured
from chalicelib.kernel import ids, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.visibility import find_many
from chalicelib.search.scan.scanned import MatchedBy, ScanMatch, Scanned


def find(call: Call, scanned: Scanned) -> list[ScanMatch]:
    """The items with this barcode, SKU or id."""
    by_barcode = uniques.owners(call.tenant, tables.BARCODE, scanned.codes)
    by_sku = uniques.owners(call.tenant, tables.SKU, [scanned.code])
    found = [(item_id, MatchedBy.BARCODE) for item_id in dict.fromkeys(by_barcode.values())]
    found += [(item_id, MatchedBy.SKU) for item_id in by_sku.values() if item_id not in by_barcode.values()]
    if ids.is_valid("itm", scanned.code):
        found.append((scanned.code, MatchedBy.ID))
    rows = find_many(call, tables.Item, [Ref(tables.Item, call.tenant.key(), item_id) for item_id, _ in found])
    return [_match(row, dict(found)[row.id], scanned) for row in rows]


def _match(row: tables.Item, matched_by: MatchedBy, scanned: Scanned) -> ScanMatch:
    forms = {compared(code) for code in scanned.codes}
    barcode = next((each for each in row.barcodes or () if compared(each.code) in forms), None)
    unit = _unit(row, barcode if matched_by is MatchedBy.BARCODE else None)
    return ScanMatch(
        kind=row.entity,
        id=row.id,
        matched_by=matched_by,
        code=row.sku,
        name=row.name,
        status=row.status,
        unit=unit,
        quantity=_in_base_unit(row, unit),
    )


def _unit(row: tables.Item, barcode: Barcode | None) -> str:
    return row.unit if barcode is None or barcode.unit is None else barcode.unit


def _in_base_unit(row: tables.Item, unit: str) -> Decimal | None:
    """How many base units one scan counts; None when that is no number that they are counted in, such as a third."""
    found = conversions.measured(row, Decimal(1), unit, "")
    return found.base_quantity if isinstance(found, Measured) else None
