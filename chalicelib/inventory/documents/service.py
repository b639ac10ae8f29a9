"""Use cases of stock documents: each moves stock, and is written with its movements."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from chalicelib.catalog.items import service as items
from chalicelib.inventory.commitments import holders
from chalicelib.inventory.documents import (
    creation,
    events,
    keeping,
    line_moves,
    partial,
    posting,
    repository,
    rules,
    tables,
)
from chalicelib.inventory.documents.document_schemas import (
    StockDocument,
    StockDocumentKind,
    StockDocumentLine,
    StockDocumentLineQuery,
    StockDocumentQuery,
    StockDocumentStatus,
    StockDocumentSummary,
)
from chalicelib.inventory.documents.schemas import (
    LINES_AT_ONCE,
    StockAdjustment,
    StockOpening,
    StockReceipt,
    StockTransfer,
)
from chalicelib.inventory.documents.tables import DocumentLine
from chalicelib.inventory.stock.errors import InsufficientStock, StockMoved
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import FieldError, collected
from chalicelib.kernel.lists import paginate, paginate_positions
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.vendors import service as vendors
from chalicelib.search.index import service as search

_ZERO = Decimal(0)


@use_case(events.OPENED)
def open_stock(work: Work, command: StockOpening) -> StockDocument:
    """Enters stock from before NovexERP. Invalid as for a receipt."""
    return _take_in(work, command, StockDocumentKind.OPENING, None)


@use_case(events.RECEIVED)
def receive(work: Work, command: StockReceipt) -> StockDocument:
    """Receives goods. Invalid for unknown or archived items, locations and vendors."""
    return _take_in(work, command, StockDocumentKind.RECEIPT, command.vendor_id)


def _take_in(
    work: Work, command: StockReceipt | StockOpening, kind: StockDocumentKind, vendor_id: str | None
) -> StockDocument:
    problems: list[FieldError] = []
    if vendor_id is not None:
        work.fetch(vendors.ref(work, vendor_id))
    source = posting.read(work, command.lines, ("location_id",), problems, is_receipt=True)
    if vendor_id is not None:
        with collected(problems):
            vendor_id = vendors.active(work, vendor_id, "/vendor_id").id
    quantities = [(f"/lines/{i}/quantity", line.item_id, line.quantity) for i, line in enumerate(command.lines)]
    problems += rules.quantity_errors(quantities, source.items)
    document = posting.new(
        work,
        kind,
        command.effective_on,
        reference=command.reference,
        note=command.note,
        vendor_id=vendor_id,
        vendor_key=work.tenant.key(vendor_id) if vendor_id else None,
    )
    lines = [
        DocumentLine(
            line=number,
            item_id=line.item_id,
            sku=source.sku(line.item_id),
            to_location_id=line.location_id,
            quantity=Decimal(line.quantity),
            unit_cost=line.unit_cost,
        )
        for number, line in enumerate(command.lines, 1)
    ]
    return creation.complete(work, document, lines, source, problems=problems)


@use_case(events.ADJUSTED)
def adjust(work: Work, command: StockAdjustment) -> StockDocument:
    """Corrects quantities on hand, with a reason. InsufficientStock when more is removed than lies there; StockMoved
    when a count is of another quantity than was seen."""
    problems = rules.adjustment_errors(command.lines) + keeping.statement_errors(command)
    source = posting.read(work, command.lines, ("location_id",), problems)
    document = posting.new(
        work,
        StockDocumentKind.ADJUSTMENT,
        command.effective_on,
        reason=command.reason,
        reference=command.reference,
        note=command.note,
    )
    lines = [
        DocumentLine(
            line=number,
            item_id=line.item_id,
            sku=source.sku(line.item_id),
            from_location_id=line.location_id if line.change is not None and line.change < 0 else None,
            to_location_id=None if line.change is not None and line.change < 0 else line.location_id,
            quantity=abs(line.change) if line.change is not None else _ZERO,
            counted=None if line.counted is None else Decimal(line.counted),
            seen=None if line.seen is None else Decimal(line.seen),
            unit_cost=line.unit_cost,
        )
        for number, line in enumerate(command.lines, 1)
    ]
    quantities = [
        (f"/lines/{i}/{name}", line.item_id, quantity)
        for i, line in enumerate(command.lines)
        for name in ("change", "counted")
        if (quantity := getattr(line, name)) is not None
    ]
    problems += rules.quantity_errors(quantities, source.items)
    if len(lines) <= LINES_AT_ONCE and not problems:
        lines = _settled(work, lines, source)
    return creation.complete(work, document, lines, source, problems=problems)


def _settled(work: Work, lines: list[DocumentLine], source: posting.Sources) -> list[DocumentLine]:
    """The lines, with counts as differences to what is there. StockMoved when that is not what the counter was
    shown."""
    there = posting.there(work, lines, source.places)
    problems = rules.moved_since(lines, there, lambda line: f"/lines/{line.line - 1}/seen")
    if problems:
        raise StockMoved("Stock has moved since it was counted.", errors=problems)
    return [line_moves.settled(line, there[line.line]) if line.line in there else line for line in lines]


@use_case(events.TRANSFERRED)
def transfer(work: Work, command: StockTransfer) -> StockDocument:
    """Moves stock between locations in one transaction, or sends it on its way: within a warehouse whatever lies there,
    into another one what is available. InsufficientStock lists the shortages."""
    problems = rules.transfer_errors(command.lines)
    source = posting.read(work, command.lines, ("from_location_id", "to_location_id"), problems)
    is_sent = command.in_transit
    document = posting.new(
        work,
        StockDocumentKind.TRANSFER,
        command.effective_on,
        status=StockDocumentStatus.IN_TRANSIT if is_sent else StockDocumentStatus.POSTED,
        sent=is_sent or None,
        transit_key=work.tenant.key("transit") if is_sent else None,
        reference=command.reference,
        note=command.note,
    )
    lines = [
        DocumentLine(
            line=number,
            item_id=line.item_id,
            sku=source.sku(line.item_id),
            from_location_id=line.from_location_id,
            to_location_id=line.to_location_id,
            quantity=Decimal(line.quantity),
            arrived=_ZERO if is_sent else Decimal(line.quantity),
        )
        for number, line in enumerate(command.lines, 1)
    ]
    quantities = [(f"/lines/{i}/quantity", line.item_id, line.quantity) for i, line in enumerate(command.lines)]
    problems += rules.quantity_errors(quantities, source.items)
    try:
        return creation.complete(work, document, lines, source, problems=problems, place="to_location_id")
    except InsufficientStock as error:
        raise holders.named(work.call, error) from None


def make_room(call: Call, item_ids: Sequence[str]) -> None:
    """Marks the items whose stock will move, if they are too many to be marked in the commit that moves it. A job marks
    them as it goes."""
    if items.MOST_MARKS < len(item_ids) <= LINES_AT_ONCE and not call.is_dry_run:
        commit(call, items.mark_moved_ahead, item_ids)


def read(call: Call, document_id: str) -> StockDocument:
    """One document. NotFound."""
    return repository.read(call, document_id)


def page(call: Call, query: StockDocumentQuery) -> Page[StockDocumentSummary]:
    """A page of documents. Those of which the caller sees only a part are not listed by what he does not see."""
    query = search.narrowed(call, "stock_document", query)
    is_narrow = query.unposted is not None or (query.warehouse_id is not None and not call.sees(query.warehouse_id))

    def narrow(rows: list[tables.StockDocument]) -> list[tables.StockDocument]:
        return [row for row in rows if partial.is_whole(call, row)]

    rows, cursor = paginate(tables.StockDocument, tables.VIEWS, call, query, narrow=narrow if is_narrow else None)
    return Page(repository.summaries(call, rows), cursor)


def page_lines(call: Call, document_id: str, query: StockDocumentLineQuery) -> Page[StockDocumentLine]:
    """A page of the lines of a document. NotFound."""

    def after(number: int) -> Iterator[tuple[int, DocumentLine]]:
        for line in repository.lines_after(call, document_id, number):
            if query.unposted in (None, line.unposted is not None):
                yield line.line, line

    lines, cursor = paginate_positions(call, f"lines of {document_id}", query, after, 0)
    return Page([repository.view_line(line) for line in lines], cursor)
