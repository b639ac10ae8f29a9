"""The use case that takes a stock document back."""

import msgspec

from chalicelib.catalog.items import service as items
from chalicelib.inventory.documents import events, posting, rules
from chalicelib.inventory.documents.document_schemas import StockDocument, StockDocumentStatus
from chalicelib.inventory.documents.schemas import ReverseStockDocument
from chalicelib.inventory.documents.states import STOCK_DOCUMENT
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work


@use_case(events.REVERSED)
def reverse(work: Work, document_id: str, command: ReverseStockDocument) -> StockDocument:
    """Takes a document back by another one, which it returns. InsufficientStock when what it brought does not lie there
    any more; Invalid when what it took would return to an archived location."""
    row = posting.load(work, document_id)
    STOCK_DOCUMENT.require(row, "reverse")
    is_in_transit = row.status is StockDocumentStatus.IN_TRANSIT
    pairs = [(line.item_id, at) for line in row.lines for at in (line.from_location_id, line.to_location_id) if at]
    posting.fetch(work, pairs)
    source = posting.Sources(
        items.known(work, [(line.item_id, "") for line in row.lines]),
        warehouses.existing_places(work, {location_id for _, location_id in pairs}),
    )
    new = posting.new(work, row.kind, row.reference, command.note)
    new.reason, new.reverses = row.reason, row.id
    new.lines = [
        msgspec.structs.replace(
            line,
            from_location_id=None if is_in_transit else line.to_location_id,
            to_location_id=line.from_location_id,
            counted=None,
        )
        for line in row.lines
    ]
    requested = rules.reversed_moves(row, new.id, source.places, is_in_transit=is_in_transit)
    STOCK_DOCUMENT.take(row, "reverse")
    row.reversed_by, row.transit_key = new.id, None
    shown = posting.post(work, new, source, requested, [], place="")
    work.save(row)
    return shown
