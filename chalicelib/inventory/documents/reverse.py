"""The use case that takes a stock document back."""

from chalicelib.inventory.documents import creation, events, line_moves, posting, repository
from chalicelib.inventory.documents.document_schemas import StockDocument, StockDocumentStatus
from chalicelib.inventory.documents.schemas import ReverseStockDocument
from chalicelib.inventory.documents.states import STOCK_DOCUMENT
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work


@use_case(events.REVERSED)
def reverse(work: Work, document_id: str, command: ReverseStockDocument) -> StockDocument:
    """Takes a document back by another one, which it returns. InsufficientStock when what it brought does not lie there
    any more; Invalid when what it took would return to an archived location. A job leaves out such lines."""
    document = repository.load(work, document_id)
    row = document.row
    STOCK_DOCUMENT.require(row, "reverse")
    is_in_transit = row.status is StockDocumentStatus.IN_TRANSIT
    lines = document.lines.all()
    source = posting.existing(work, lines)
    new = posting.new(
        work,
        row.kind,
        command.effective_on,
        reason=row.reason,
        vendor_id=row.vendor_id,
        vendor_key=row.vendor_key,
        reference=row.reference,
        note=command.note,
        reverses=row.id,
    )
    STOCK_DOCUMENT.take(row, "reverse")
    row.reversed_by, row.transit_key = new.row.id, None
    taken_back = [line_moves.reversed_line(line, is_in_transit=is_in_transit) for line in lines]
    shown = creation.complete(work, new, taken_back, source, problems=[], place="", since=row.effective_on)
    work.save(row)
    return shown
