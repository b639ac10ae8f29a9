"""Stock as rows of imports: opening stock, receipts, transfers, counts and statements of keepers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from chalicelib.bulk.kinds import Kind, UniqueValue, Upserted
from chalicelib.bulk.schemas import BulkKey, BulkRowOutcome
from chalicelib.inventory.documents import bulk_rows, events, line_moves, posting, repository
from chalicelib.inventory.documents.bulk_rows import Named
from chalicelib.inventory.documents.bulk_schemas import (
    CountedStockRow,
    ItemRow,
    OpeningStockRow,
    ReceivedStockRow,
    StockRow,
    TransferredStockRow,
)
from chalicelib.inventory.documents.document_schemas import StockDocumentKind, StockDocumentStatus
from chalicelib.inventory.documents.repository import Document
from chalicelib.inventory.documents.schemas import StockAdjustmentReason
from chalicelib.inventory.documents.tables import DocumentLine
from chalicelib.kernel import uniques
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work

_MOST_ROWS = 20
"""A row at another location than the default one of an item that has not moved before has six actions with its claim,
so that fewer may fit."""
_MOST_TRANSFERRED = 10
"""Each has two stock rows, two movements and perhaps two bins."""
_OPENED = uniques.Kind("opened_stock", "opening stock", "stock document")
"""Where opening stock of an item was imported to: the document and its line."""


def _open(work: Work, rows: Mapping[int, OpeningStockRow], source: str) -> list[Upserted]:
    """Enters opening stock; none where it was imported before. Invalid with the errors of all rows."""
    problems: list[FieldError] = []
    named, found = _coming(work, rows, problems)
    before = _imported(work, [each.place for each in named.values()])
    done: dict[int, Upserted] = {}
    for index, each in named.items():
        owner, line = before.get(each.place, ("", None))
        if line is None:
            continue
        if (line.quantity, rows[index].unit_cost or line.unit_cost) == (rows[index].quantity, line.unit_cost):
            done[index] = BulkRowOutcome.UNCHANGED, owner
        else:
            says = "Other opening stock was imported there; reverse its document first."
            problems.append(FieldError(f"{each.pointer}/quantity", "opened_already", says))
    if problems:
        raise Invalid(errors=problems)
    new = {index: each for index, each in named.items() if index not in done}
    if not new:
        return [done[index] for index in rows]
    document = bulk_rows.document(work, StockDocumentKind.OPENING, source, len(new))
    lines = _incoming(document, new, rows, found)
    bulk_rows.post(work, document, lines, list(new.values()), found, source)
    for line, each in zip(lines, new.values(), strict=True):
        if (former := before.get(each.place)) is not None:
            work.release(_OPENED, each.place, former[0])
        work.claim(_OPENED, each.place, f"{document.row.id}:{line.line}", each.pointer)
    return [done.get(index) or (BulkRowOutcome.CREATED, document.row.id) for index in rows]


def _receive(work: Work, rows: Mapping[int, OpeningStockRow], source: str) -> list[Upserted]:
    """Receives goods. Invalid with the errors of all rows."""
    problems: list[FieldError] = []
    named, found = _coming(work, rows, problems, may_repeat=True)
    if problems:
        raise Invalid(errors=problems)
    document = bulk_rows.document(work, StockDocumentKind.RECEIPT, source, len(named))
    lines = _incoming(document, named, rows, found)
    bulk_rows.post(work, document, lines, list(named.values()), found, source)
    return [(BulkRowOutcome.CREATED, document.row.id) for _ in rows]


def _coming(
    work: Work, rows: Mapping[int, OpeningStockRow], problems: list[FieldError], *, may_repeat: bool = False
) -> tuple[dict[int, Named], posting.Sources]:
    """What rows name that bring goods into the house; adds their errors."""
    named = bulk_rows.named(work, rows, problems, may_repeat=may_repeat)
    quantities = {index: row.quantity for index, row in rows.items()}
    found = bulk_rows.sources(work, named, quantities, problems, comes_in=True)
    problems += bulk_rows.kept_errors(named, found)
    return named, found


def _incoming(
    document: Document, named: Mapping[int, Named], rows: Mapping[int, OpeningStockRow], found: posting.Sources
) -> list[DocumentLine]:
    """The lines of rows that bring goods into the house."""
    return [
        DocumentLine(
            line=number,
            item_id=each.item_id,
            sku=found.sku(each.item_id),
            to_location_id=each.location_ids[0],
            quantity=Decimal(rows[index].quantity),
            unit_cost=rows[index].unit_cost or None,
        )
        for number, (index, each) in enumerate(named.items(), document.lines.count + 1)
    ]


def _transfer(work: Work, rows: Mapping[int, TransferredStockRow], source: str) -> list[Upserted]:
    """Moves stock between locations at once. Invalid with the errors of all rows."""
    problems: list[FieldError] = []
    named = bulk_rows.named(work, rows, problems, (bulk_rows.FROM, bulk_rows.TO), may_repeat=True)
    found = bulk_rows.sources(work, named, {index: row.quantity for index, row in rows.items()}, problems)
    problems += [
        FieldError(f"{each.pointer}/to_location", "same_location", "Source and destination are the same.")
        for each in named.values()
        if each.location_ids[0] == each.location_ids[1]
    ]
    if problems:
        raise Invalid(errors=problems)
    document = bulk_rows.document(work, StockDocumentKind.TRANSFER, source, len(named))
    lines = [
        DocumentLine(
            line=number,
            item_id=each.item_id,
            sku=found.sku(each.item_id),
            from_location_id=each.location_ids[0],
            to_location_id=each.location_ids[1],
            quantity=Decimal(rows[index].quantity),
            arrived=Decimal(rows[index].quantity),
        )
        for number, (index, each) in enumerate(named.items(), document.lines.count + 1)
    ]
    bulk_rows.post(work, document, lines, list(named.values()), found, source)
    return [(BulkRowOutcome.CREATED, document.row.id) for _ in rows]


def _imported(work: Work, places: Sequence[str]) -> dict[str, tuple[str, DocumentLine | None]]:
    """By the item and location: the owner of the claim, and the line that was imported; None if it was taken back. A
    job may have left out goods that were not there any more: these count as imported."""
    found = {}
    for place, owner in work.owners(_OPENED, places).items():
        document_id, _, number = owner.partition(":")
        document = repository.load(work, document_id, match=False)
        line = document.lines.get([int(number)]).get(int(number))
        found[place] = (owner, None if _is_taken_back(work, document, int(number)) else line)
    return found


def _is_taken_back(work: Work, document: Document, number: int) -> bool:
    """Whether the line of a document was taken back by another document, which has the same lines."""
    if document.row.reversed_by is None:
        return False
    other = repository.load(work, document.row.reversed_by, match=False)
    is_done = other.row.status is not StockDocumentStatus.POSTING
    return is_done and all(line.unposted is None for line in other.lines.get([number]).values())


def _count(
    work: Work,
    rows: Mapping[int, CountedStockRow],
    source: str,
    reason: StockAdjustmentReason = StockAdjustmentReason.COUNTED,
) -> list[Upserted]:
    """Records what was counted; nothing where it lies there already. Invalid with the errors of all rows."""
    problems: list[FieldError] = []
    named = bulk_rows.named(work, rows, problems)
    found = bulk_rows.sources(
        work, named, {index: row.counted for index, row in rows.items()}, problems, field="counted"
    )
    is_statement = reason is StockAdjustmentReason.KEEPER_STATEMENT
    problems += bulk_rows.kept_errors(named, found, is_statement=is_statement)
    if problems:
        raise Invalid(errors=problems)
    counted = {
        index: DocumentLine(
            line=index,
            item_id=each.item_id,
            sku=found.sku(each.item_id),
            to_location_id=each.location_ids[0],
            quantity=Decimal(0),
            counted=Decimal(rows[index].counted),
        )
        for index, each in named.items()
    }
    there = posting.there(work, list(counted.values()), found.places)
    changed = [index for index, line in counted.items() if line.counted != there[index]]
    if not changed:
        return [(BulkRowOutcome.UNCHANGED, "") for _ in rows]
    document = bulk_rows.document(work, StockDocumentKind.ADJUSTMENT, source, len(changed), reason)
    lines = [
        line_moves.numbered(line_moves.settled(counted[index], there[index]), number)
        for number, index in enumerate(changed, document.lines.count + 1)
    ]
    bulk_rows.post(work, document, lines, [named[index] for index in changed], found, source)
    outcome = {True: BulkRowOutcome.CREATED, False: BulkRowOutcome.UNCHANGED}
    return [(outcome[index in changed], document.row.id) for index in rows]


def _code(row: ItemRow) -> str | None:
    return row.sku or row.barcode or None


def _unique(row: StockRow) -> Iterator[UniqueValue]:
    item = f"sku {folded(row.sku)}" if row.sku else f"barcode {row.barcode or ''}"
    yield "warehouse", f"{item}\n{folded(row.warehouse)}\n{folded(row.location or '')}"


_PLACE = {"sku": "BIKE-26-RED", "warehouse": "MAIN", "location": "A-1"}
OPENING_STOCK = Kind(
    row=OpeningStockRow,
    keys={BulkKey.CODE: "sku"},
    event=events.OPENED,
    together=_open,
    most_rows=_MOST_ROWS,
    code=_code,
    unique=_unique,
    page=None,
    hidden_without={"item.cost": ("unit_cost",)},
    example={**_PLACE, "quantity": "12", "unit_cost": {"amount": "210.50", "currency": "EUR"}},
)
STOCK_RECEIPTS = replace(
    OPENING_STOCK, row=ReceivedStockRow, event=events.RECEIVED, together=_receive, unique=lambda row: ()
)
STOCK_TRANSFERS = Kind(
    row=TransferredStockRow,
    keys={BulkKey.CODE: "sku"},
    event=events.TRANSFERRED,
    together=_transfer,
    most_rows=_MOST_TRANSFERRED,
    code=_code,
    unique=lambda row: (),
    page=None,
    example={
        "sku": "BIKE-26-RED",
        "from_warehouse": "MAIN",
        "from_location": "A-1",
        "to_warehouse": "SOUTH",
        "to_location": "",
        "quantity": "4",
    },
)
STOCK_COUNTS = Kind(
    row=CountedStockRow,
    keys={BulkKey.CODE: "sku"},
    event=events.ADJUSTED,
    together=_count,
    most_rows=_MOST_ROWS,
    code=_code,
    unique=_unique,
    page=None,
    example={**_PLACE, "counted": "12"},
)
KEEPER_STATEMENTS = replace(STOCK_COUNTS, together=partial(_count, reason=StockAdjustmentReason.KEEPER_STATEMENT))
