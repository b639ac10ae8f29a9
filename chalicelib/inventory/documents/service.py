"""Use cases of stock documents: each moves stock, and is written with its movements."""

from collections.abc import Sequence
from decimal import Decimal

from chalicelib.catalog.items import service as items
from chalicelib.inventory.commitments import holders
from chalicelib.inventory.documents import events, keeping, posting, rules, tables
from chalicelib.inventory.documents.document_schemas import (
    StockDocument,
    StockDocumentKind,
    StockDocumentQuery,
    StockDocumentStatus,
    StockDocumentSummary,
)
from chalicelib.inventory.documents.schemas import (
    StockAdjustment,
    StockOpening,
    StockReceipt,
    StockTransfer,
)
from chalicelib.inventory.documents.tables import DocumentLine
from chalicelib.inventory.stock import moves
from chalicelib.inventory.stock.errors import InsufficientStock, StockMoved
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work

_ZERO = Decimal(0)


@use_case(events.OPENED)
def open_stock(work: Work, command: StockOpening) -> StockDocument:
    """Enters stock from before NovexERP. Invalid as for a receipt."""
    return _take_in(work, command, StockDocumentKind.OPENING)


@use_case(events.RECEIVED)
def receive(work: Work, command: StockReceipt) -> StockDocument:
    """Receives goods. Invalid for unknown or archived items and locations."""
    return _take_in(work, command, StockDocumentKind.RECEIPT)


def _take_in(work: Work, command: StockReceipt | StockOpening, kind: StockDocumentKind) -> StockDocument:
    source = posting.read(work, command.lines, ("location_id",), is_receipt=True)
    row = posting.new(work, kind, command.reference, command.note)
    row.lines = [
        DocumentLine(
            line=number,
            item_id=line.item_id,
            sku=source.items[line.item_id].sku,
            to_location_id=line.location_id,
            quantity=Decimal(line.quantity),
            unit_cost=line.unit_cost,
        )
        for number, line in enumerate(command.lines, 1)
    ]
    quantities = [(f"/lines/{i}/quantity", line.item_id, line.quantity) for i, line in enumerate(command.lines)]
    requested = rules.received(command, row.id, source.places)
    return posting.post(work, row, source, requested, quantities, is_receipt=True)


@use_case(events.ADJUSTED)
def adjust(work: Work, command: StockAdjustment) -> StockDocument:
    """Corrects quantities on hand, with a reason. InsufficientStock when more is removed than lies there; StockMoved
    when a count is of another quantity than was seen."""
    problems = rules.adjustment_errors(command.lines) + keeping.statement_errors(command)
    if problems:
        raise Invalid(errors=problems)
    source = posting.read(work, command.lines, ("location_id",))
    counted = [(line.item_id, source.places[line.location_id]) for line in command.lines if line.counted is not None]
    there = moves.there(work, counted) if counted else {}
    _check_seen(command, source, there)
    row = posting.new(work, StockDocumentKind.ADJUSTMENT, command.reference, command.note)
    row.reason = command.reason
    requested = rules.adjusted(command, row.id, source.places, there)
    changes = {each.line: each.quantity for each in requested}
    row.lines = [
        DocumentLine(
            line=number,
            item_id=line.item_id,
            sku=source.items[line.item_id].sku,
            from_location_id=line.location_id if changes.get(number, _ZERO) < 0 else None,
            to_location_id=line.location_id if changes.get(number, _ZERO) >= 0 else None,
            quantity=abs(changes.get(number, _ZERO)),
            counted=None if line.counted is None else Decimal(line.counted),
            on_hand=_ZERO if line.counted is None else Decimal(line.counted),
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
    return posting.post(work, row, source, requested, quantities)


def _check_seen(command: StockAdjustment, source: posting.Sources, there: dict[tuple[str, Place], Decimal]) -> None:
    """StockMoved when what lies there by now is not what the counter was shown."""
    problems = []
    for index, line in enumerate(command.lines):
        now = there.get((line.item_id, source.places[line.location_id]))
        if line.seen is not None and line.seen != now:
            problems.append(FieldError(f"/lines/{index}/seen", "stock_moved", f"{now} are there by now."))
    if problems:
        raise StockMoved("Stock has moved since it was counted.", errors=problems)


@use_case(events.TRANSFERRED)
def transfer(work: Work, command: StockTransfer) -> StockDocument:
    """Moves stock between locations in one transaction, or sends it on its way: within a warehouse whatever lies there,
    into another one what is available. InsufficientStock lists the shortages."""
    source = posting.read(work, command.lines, ("from_location_id", "to_location_id"))
    row = posting.new(work, StockDocumentKind.TRANSFER, command.reference, command.note)
    if command.in_transit:
        row.status, row.sent = StockDocumentStatus.IN_TRANSIT, True
        row.transit_key = work.tenant.key("transit")
    row.lines = [
        DocumentLine(
            line=number,
            item_id=line.item_id,
            sku=source.items[line.item_id].sku,
            from_location_id=line.from_location_id,
            to_location_id=line.to_location_id,
            quantity=Decimal(line.quantity),
            arrived=_ZERO if command.in_transit else Decimal(line.quantity),
        )
        for number, line in enumerate(command.lines, 1)
    ]
    quantities = [(f"/lines/{i}/quantity", line.item_id, line.quantity) for i, line in enumerate(command.lines)]
    try:
        return posting.post(
            work, row, source, rules.transferred(command, row.id, source.places), quantities, place="to_location_id"
        )
    except InsufficientStock as error:
        raise holders.named(work.call, error) from None


def make_room(call: Call, item_ids: Sequence[str]) -> None:
    """Marks the items whose stock will move, if they are too many to be marked in the commit that moves it."""
    if len(item_ids) > items.MOST_MARKS and not call.is_dry_run:
        commit(call, items.mark_moved_ahead, item_ids)


def read(call: Call, document_id: str) -> StockDocument:
    """One document. NotFound."""
    name = posting.ref(call.tenant, document_id)
    return posting.view(load_visible(call, tables.StockDocument, name.hash_key, name.range_key))


def page(call: Call, query: StockDocumentQuery) -> Page[StockDocumentSummary]:
    """A page of documents."""
    rows, cursor = paginate(tables.StockDocument, tables.VIEWS, call, query)
    return Page([to_struct(row, StockDocumentSummary) for row in rows], cursor)
