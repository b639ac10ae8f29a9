"""Gives a new stock document its lines, and moves their stock or begins a job that does."""

from datetime import date

from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.documents import dates, keeping, posting, repository, rules
from chalicelib.inventory.documents.document_schemas import StockDocument, StockDocumentStatus
from chalicelib.inventory.documents.line_moves import Mover
from chalicelib.inventory.documents.repository import Document
from chalicelib.inventory.documents.staged import OPERATION
from chalicelib.inventory.documents.tables import DocumentLine
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work


def complete(
    work: Work,
    document: Document,
    lines: list[DocumentLine],
    source: posting.Sources,
    *,
    problems: list[FieldError],
    place: str = "location_id",
    since: date = dates.FIRST,
) -> StockDocument:
    """Writes a new document with its lines and the movements of their stock, or begins a job if one transaction does
    not hold these. Invalid for all that is wrong with it, the `problems` included. place: the field of a line that
    names where goods come; empty when no line of the command does. since: the earliest day that it may have."""
    row, today = document.row, tenants.today(work)
    mover = Mover(row, source.places, today)
    known = [line for line in lines if source.has(line)]
    moving = [(line, mover.of_line(line, f"/lines/{line.line - 1}" if place else "")) for line in known]
    problems += rules.move_errors([move for _, each in moving for move in each], source.items, place)
    problems += keeping.of_document(row, known, source.places, place)
    problems += dates.errors(row.effective_on, today, since)
    if problems:
        raise Invalid(errors=problems)
    posting.require_open(work, row.effective_on)
    row.number = posting.number(work, row)
    row.warehouse_ids = sorted({each.warehouse_id for each in source.places.values()})
    targets = {source.places[line.to_location_id or ""].warehouse_id for line in lines} if row.sent else ()
    row.receivers = sorted(targets) or None
    if posting.fits(work, row, moving, source):
        document.lines.replace(posting.moved(work, row, moving, source), is_large=False)
        repository.save(work, document)
        work.annotate(subjects=sorted(source.items))
    else:
        row.status = StockDocumentStatus.POSTING
        document.lines.replace(lines, is_large=True)
        OPERATION.run(work, document, "post")
    return repository.view(work.call, row, document.lines.of_part(0))
