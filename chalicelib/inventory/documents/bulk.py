"""Opening stock, counts and statements of keepers as rows of imports: the rows of a file make one document of up to
10,000 lines, which grows with each transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from chalicelib.bulk.kinds import Kind, UniqueValue, Upserted
from chalicelib.bulk.schemas import BulkKey, BulkRowOutcome
from chalicelib.catalog.items import service as items
from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.documents import events, keeping, line_moves, posting, repository, rules
from chalicelib.inventory.documents.bulk_schemas import CountedStockRow, OpeningStockRow, StockRow
from chalicelib.inventory.documents.document_schemas import StockDocumentKind, StockDocumentStatus
from chalicelib.inventory.documents.line_moves import Mover
from chalicelib.inventory.documents.repository import Document
from chalicelib.inventory.documents.schemas import MOST_LINES, StockAdjustmentReason
from chalicelib.inventory.documents.tables import DocumentLine
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.schemas import default_location
from chalicelib.kernel import uniques
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import FieldError, Invalid, collected
from chalicelib.kernel.work import Work

_MOST_ROWS = 20
"""A row at another location than the default one of an item that has not moved before has six actions with its claim,
so that fewer may fit."""
_MADE = uniques.Kind("stock_import", "import", "stock document")
"""The document of an import."""
_OPENED = uniques.Kind("opened_stock", "opening stock", "stock document")
"""Where opening stock of an item was imported to: the document and its line."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row names. pointer: where it lies. at: where it names the item."""

    pointer: str
    at: str
    item_id: str
    location_id: str

    @property
    def place(self) -> str:
        """The item and the location, as one value."""
        return f"{self.item_id}/{self.location_id}"


def _open(work: Work, rows: Mapping[int, OpeningStockRow], source: str) -> list[Upserted]:
    """Enters opening stock; none where it was imported before. Invalid with the errors of all rows."""
    problems: list[FieldError] = []
    named = _named(work, rows, problems)
    quantities = [(f"{each.pointer}/quantity", each.item_id, rows[index].quantity) for index, each in named.items()]
    sources = _sources(work, named, quantities, problems, is_opening=True)
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
    document = _document(work, StockDocumentKind.OPENING, source, len(new))
    lines = [
        DocumentLine(
            line=number,
            item_id=each.item_id,
            sku=sources.sku(each.item_id),
            to_location_id=each.location_id,
            quantity=Decimal(rows[index].quantity),
            unit_cost=rows[index].unit_cost or None,
        )
        for number, (index, each) in enumerate(new.items(), document.lines.count + 1)
    ]
    _post(work, document, lines, list(new.values()), sources, source)
    for line, each in zip(lines, new.values(), strict=True):
        if (former := before.get(each.place)) is not None:
            work.release(_OPENED, each.place, former[0])
        work.claim(_OPENED, each.place, f"{document.row.id}:{line.line}", each.pointer)
    return [done.get(index) or (BulkRowOutcome.CREATED, document.row.id) for index in rows]


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
    named = _named(work, rows, problems)
    quantities = [(f"{each.pointer}/counted", each.item_id, rows[index].counted) for index, each in named.items()]
    is_statement = reason is StockAdjustmentReason.KEEPER_STATEMENT
    sources = _sources(work, named, quantities, problems, is_statement=is_statement)
    if problems:
        raise Invalid(errors=problems)
    counted = {
        index: DocumentLine(
            line=index,
            item_id=each.item_id,
            sku=sources.sku(each.item_id),
            to_location_id=each.location_id,
            quantity=Decimal(0),
            counted=Decimal(rows[index].counted),
        )
        for index, each in named.items()
    }
    there = posting.there(work, list(counted.values()), sources.places)
    changed = [index for index, line in counted.items() if line.counted != there[index]]
    if not changed:
        return [(BulkRowOutcome.UNCHANGED, "") for _ in rows]
    document = _document(work, StockDocumentKind.ADJUSTMENT, source, len(changed), reason)
    lines = [
        line_moves.numbered(line_moves.settled(counted[index], there[index]), number)
        for number, index in enumerate(changed, document.lines.count + 1)
    ]
    _post(work, document, lines, [named[index] for index in changed], sources, source)
    outcome = {True: BulkRowOutcome.CREATED, False: BulkRowOutcome.UNCHANGED}
    return [(outcome[index in changed], document.row.id) for index in rows]


def _named(work: Work, rows: Mapping[int, StockRow], problems: list[FieldError]) -> dict[int, _Row]:
    """What the rows name; adds the errors of those that name nothing, or the same as another one."""
    skus = items.ids_by_sku(work, [row.sku for row in rows.values() if row.sku])
    barcodes = items.ids_by_barcode(work, [row.barcode for row in rows.values() if row.barcode])
    houses = warehouses.ids_by_code(work, [row.warehouse for row in rows.values()])
    codes = [(houses[row.warehouse], row.location) for row in rows.values() if row.location and row.warehouse in houses]
    locations = warehouses.locations_by_code(work, codes)
    found: dict[int, _Row] = {}
    taken: set[str] = set()
    for index, row in rows.items():
        at = "barcode" if row.barcode and not row.sku else "sku"
        item_id = barcodes.get(row.barcode or "") if at == "barcode" else skus.get(row.sku or "")
        house = houses.get(row.warehouse, "")
        location_id = locations.get((house, row.location)) if row.location else default_location(house)
        errors = []
        if item_id is None:
            says = "No item has this barcode." if at == "barcode" else "No item has this SKU."
            errors.append(FieldError(f"/{index}/{at}", f"unknown_{at}", says))
        if not house:
            errors.append(FieldError(f"/{index}/warehouse", "unknown_warehouse", "No warehouse has this code."))
        elif location_id is None:
            says = "No location of the warehouse has this code."
            errors.append(FieldError(f"/{index}/location", "unknown_location", says))
        each = _Row(f"/{index}", f"/{index}/{at}", item_id or "", location_id or "")
        if not errors and each.place in taken:
            errors.append(FieldError(f"/{index}", "repeated", "An earlier row is about the same item and location."))
        problems += errors
        if not errors:
            found[index] = each
            taken.add(each.place)
    return found


def _sources(
    work: Work,
    named: Mapping[int, _Row],
    quantities: Sequence[tuple[str, str, Decimal]],
    problems: list[FieldError],
    *,
    is_opening: bool = False,
    is_statement: bool = False,
) -> posting.Sources:
    """The items and places of rows; adds the errors of items that have no stock, of quantities, and of warehouses that
    somebody else counts, or does not."""
    posting.fetch(work, [(each.item_id, each.location_id) for each in named.values()])
    pointers = [(each.item_id, each.at) for each in named.values()]
    if is_opening:
        with collected(problems):
            items.active(work, pointers)
    sources = posting.Sources(
        items.known(work, pointers), warehouses.existing_places(work, [each.location_id for each in named.values()])
    )
    problems += rules.kind_errors(pointers, sources.items) + rules.quantity_errors(quantities, sources.items)
    places = [(f"{each.pointer}/warehouse", sources.places[each.location_id]) for each in named.values()]
    problems += keeping.errors(places, is_statement=is_statement)
    return sources


def _document(
    work: Work, kind: StockDocumentKind, source: str, more: int, reason: StockAdjustmentReason | None = None
) -> Document:
    """The document of the import, as long as it has room for more lines, is of today, and nobody has taken it back;
    else a new one."""
    document_id = work.owners(_MADE, [source]).get(source) if source else None
    if document_id is not None:
        document = repository.load(work, document_id, match=False)
        has_room = document.lines.count + more <= MOST_LINES
        is_of_today = document.row.effective_on == tenants.today(work)
        if has_room and is_of_today and document.row.status is StockDocumentStatus.POSTED:
            return document
        work.release(_MADE, source, document_id)
    return posting.new(work, kind, None, reason=reason, reference=source or None, warehouse_ids=[], line_count=0)


def _post(
    work: Work,
    document: Document,
    lines: list[DocumentLine],
    rows: Sequence[_Row],
    sources: posting.Sources,
    source: str,
) -> None:
    """Adds lines to the document and moves their stock. Invalid for what cannot come to its place."""
    row = document.row
    mover = Mover(row, sources.places, tenants.today(work))
    moving = [(line, mover.of_line(line, each.pointer)) for line, each in zip(lines, rows, strict=True)]
    problems = rules.move_errors([move for _, each in moving for move in each], sources.items, "location")
    if problems:
        raise Invalid(errors=problems)
    if row.version is None:
        row.number = posting.number(work, row)
        if source:
            work.claim(_MADE, source, row.id, "")
    row.warehouse_ids = sorted({*row.warehouse_ids, *(each.warehouse_id for each in sources.places.values())})
    document.lines.append(posting.moved(work, row, moving, sources))
    repository.save(work, document)
    work.annotate(subjects=sorted({line.item_id for line in lines}))


def _prepare(work: Work, rows: Sequence[StockRow], _: BulkKey) -> None:
    """Rows that are written together read what they need together."""


def _code(row: StockRow) -> str | None:
    return row.sku or row.barcode or None


def _unique(row: StockRow) -> Iterator[UniqueValue]:
    item = f"sku {folded(row.sku)}" if row.sku else f"barcode {row.barcode or ''}"
    yield "warehouse", f"{item}\n{folded(row.warehouse)}\n{folded(row.location or '')}"


OPENING_STOCK = Kind(
    row=OpeningStockRow,
    keys={BulkKey.CODE: "sku"},
    event=events.OPENED,
    prepare=_prepare,
    upsert=lambda work, row, _, pointer: _open(work, {int(pointer[1:]): row}, "")[0],
    together=_open,
    most_rows=_MOST_ROWS,
    code=_code,
    unique=_unique,
    page=None,
    hidden_without={"item.cost": ("unit_cost",)},
    example={
        "sku": "BIKE-26-RED",
        "warehouse": "MAIN",
        "location": "A-1",
        "quantity": "12",
        "unit_cost": {"amount": "210.50", "currency": "EUR"},
    },
)
STOCK_COUNTS = Kind(
    row=CountedStockRow,
    keys={BulkKey.CODE: "sku"},
    event=events.ADJUSTED,
    prepare=_prepare,
    upsert=lambda work, row, _, pointer: _count(work, {int(pointer[1:]): row}, "")[0],
    together=_count,
    most_rows=_MOST_ROWS,
    code=_code,
    unique=_unique,
    page=None,
    example={"sku": "BIKE-26-RED", "warehouse": "MAIN", "location": "A-1", "counted": "12"},
)
KEEPER_STATEMENTS = replace(STOCK_COUNTS, together=partial(_count, reason=StockAdjustmentReason.KEEPER_STATEMENT))
