"""The commands of large documents, which a job does line by line. A line that cannot be posted is left out, with the
reason; what has been posted stays."""

from collections.abc import Sequence

from chalicelib.inventory.documents import events, repository
from chalicelib.inventory.documents.document_schemas import StockDocumentKind, StockDocumentStatus
from chalicelib.inventory.documents.repository import Document
from chalicelib.inventory.documents.states import STOCK_DOCUMENT
from chalicelib.inventory.documents.steps import Step
from chalicelib.inventory.documents.tables import PART_LINES, ArrivingParts, DocumentLine
from chalicelib.jobs.staged import Batches, StagedOperation
from chalicelib.kernel.events import Event
from chalicelib.kernel.work import Work

_DONE = {
    StockDocumentKind.OPENING: events.OPENED,
    StockDocumentKind.RECEIPT: events.RECEIVED,
    StockDocumentKind.ADJUSTMENT: events.ADJUSTED,
    StockDocumentKind.TRANSFER: events.TRANSFERRED,
}
_MOST_TRIED = 45
"""Each line that moves stock has two actions or more, so no transaction holds more of them."""
OPERATION: StagedOperation[Document] = StagedOperation(
    "stock_document.staged",
    load=lambda work, document_id: repository.load(work, document_id, match=False),
    save=repository.save,
    row_of=lambda document: document.row,
    scope_ids=lambda _, document: (document.row.arriving and document.row.receivers) or document.row.warehouse_ids,
    begun=events.BEGUN,
    advanced=events.ADVANCED,
)


@OPERATION.command("post")
def post(work: Work, document: Document, after: str) -> Batches[int]:
    """Moves the stock of the lines of a new document. The command's own transaction writes the lines only."""
    row = document.row
    left = range(int(after or 0) + 1, document.lines.count + 1)

    def apply(_: Sequence[int]) -> int:
        if row.version is None:
            return 0
        part = (left.start - 1) // PART_LINES
        lines = document.lines.of_part(part)[(left.start - 1) % PART_LINES :][:_MOST_TRIED]
        return Step(work, document, row.effective_on, row.created_by).post(lines)

    def finish() -> Event:
        is_sent = bool(row.sent and row.on_its_way)
        STOCK_DOCUMENT.take(row, "finish", StockDocumentStatus.IN_TRANSIT if is_sent else StockDocumentStatus.POSTED)
        row.transit_key = work.tenant.key("transit") if is_sent else None
        return events.REVERSED if row.reverses else _DONE[row.kind]

    return Batches(left, str, apply, finish)


@OPERATION.command("arrive")
def arrive(work: Work, document: Document, after: str) -> Batches[int]:
    """Takes in what was said to arrive of a transfer."""
    row, arriving = document.row, document.row.arriving
    done: list[int] = []

    def apply(_: Sequence[int]) -> int:
        if row.staged is None:
            return 0
        lines = _arriving(document, arriving, int(after or 0))[:_MOST_TRIED]
        count = Step(work, document, arriving.effective_on, arriving.by).take_in(lines)
        done.extend(line.line for line in lines[:count])
        return count

    def finish() -> Event:
        row.arriving = None
        end_arrival(document)
        return events.ARRIVED

    left = range(row.staged.done if row.staged else 0, arriving.lines)
    return Batches(left, lambda piece: str(done[piece - left.start]), apply, finish)


def _arriving(document: Document, arriving: ArrivingParts, after: int) -> list[DocumentLine]:
    """The lines of the next part that are still to be taken in."""
    for part in arriving.parts:
        if (part + 1) * PART_LINES > after:
            lines = [line for line in document.lines.of_part(part) if line.arriving]
            if lines:
                return lines
    return []


def end_arrival(document: Document) -> None:
    """Ends the arrival of goods of a transfer; nothing more is on its way when that was the last."""
    row = document.row
    is_done = not row.on_its_way if row.line_count else not any(line.on_its_way for line in document.lines.all())
    STOCK_DOCUMENT.take(row, "arrive", StockDocumentStatus.POSTED if is_done else StockDocumentStatus.IN_TRANSIT)
    row.transit_key = None if is_done else row.transit_key
