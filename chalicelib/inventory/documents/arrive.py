"""The use case of transfers whose goods arrive."""

import msgspec

from chalicelib.catalog.items import service as items
from chalicelib.inventory.documents import events, posting, rules
from chalicelib.inventory.documents.document_schemas import StockDocument, StockDocumentStatus
from chalicelib.inventory.documents.schemas import ArrivingStock
from chalicelib.inventory.documents.states import STOCK_DOCUMENT
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work


@use_case(events.ARRIVED)
def arrive(work: Work, document_id: str, command: ArrivingStock) -> StockDocument:
    """Puts what arrives of a transfer where it belongs; the transfer is posted when nothing is on its way any more."""
    row = posting.load(work, document_id)
    STOCK_DOCUMENT.require(row, "arrive")
    lines = {line.line: line for line in row.lines}
    problems = rules.arrival_errors(command.lines, lines)
    if problems:
        raise Invalid(errors=problems)
    targets = {lines[line.line].to_location_id or "": "" for line in command.lines}
    targets |= {line.location_id: f"/lines/{i}/location_id" for i, line in enumerate(command.lines) if line.location_id}
    arriving = [(lines[each.line], each.location_id) for each in command.lines]
    pairs = [(line.item_id, at) for line, other in arriving for at in (line.to_location_id, other) if at]
    posting.fetch(work, pairs)
    found = items.known(work, [(lines[line.line].item_id, "") for line in command.lines])
    source = posting.Sources(found, warehouses.places(work, targets.items()))
    problems = rules.elsewhere_errors(command.lines, lines, source.places)
    if problems:
        raise Invalid(errors=problems)
    quantities = [
        (f"/lines/{i}/{name}", lines[line.line].item_id, quantity)
        for i, line in enumerate(command.lines)
        for name, quantity in (("quantity", line.quantity), ("lost", line.total - line.quantity))
    ]
    for line in command.lines:
        before = lines[line.line]
        lines[line.line] = msgspec.structs.replace(
            before, arrived=before.arrived + line.quantity, lost=before.lost + line.total - line.quantity
        )
    requested = rules.arriving(command.lines, lines, row, source.places)
    row.lines = list(lines.values())
    is_done = not any(line.on_its_way for line in row.lines)
    STOCK_DOCUMENT.take(row, "arrive", StockDocumentStatus.POSTED if is_done else StockDocumentStatus.IN_TRANSIT)
    row.transit_key = None if is_done else row.transit_key
    return posting.post(work, row, source, requested, quantities)
