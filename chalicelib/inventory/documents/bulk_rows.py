"""Rows of imports that move stock: what they name, and the document that they make together, which has up to 10,000
lines and grows with each transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.catalog.items import service as items
from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.documents import keeping, posting, repository, rules
from chalicelib.inventory.documents.bulk_schemas import ItemRow
from chalicelib.inventory.documents.document_schemas import StockDocumentKind, StockDocumentStatus
from chalicelib.inventory.documents.line_moves import Mover
from chalicelib.inventory.documents.repository import Document
from chalicelib.inventory.documents.schemas import MOST_LINES, StockAdjustmentReason
from chalicelib.inventory.documents.tables import DocumentLine
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.schemas import default_location
from chalicelib.kernel import uniques
from chalicelib.kernel.errors import FieldError, Invalid, collected
from chalicelib.kernel.work import Work

_MADE = uniques.Kind("stock_import", "import", "stock document")
"""The document of an import."""
AT = ("warehouse", "location")
FROM = ("from_warehouse", "from_location")
TO = ("to_warehouse", "to_location")


@dataclass(frozen=True, slots=True)
class Named:
    """What a row names. pointer: where it lies. at: where it names the item. location_ids: in the order of its ends."""

    pointer: str
    at: str
    item_id: str
    location_ids: tuple[str, ...]

    @property
    def place(self) -> str:
        """The item and the locations, as one value."""
        return "/".join((self.item_id, *self.location_ids))


class _Codes:
    """What the codes of rows stand for, read together. ends: the fields of warehouse and location."""

    def __init__(self, work: Work, rows: Collection[ItemRow], ends: Sequence[tuple[str, str]]) -> None:
        self._ends = ends
        self._skus = items.ids_by_sku(work, [row.sku for row in rows if row.sku])
        self._barcodes = items.ids_by_barcode(work, [row.barcode for row in rows if row.barcode])
        codes = [(getattr(row, house), getattr(row, place)) for row in rows for house, place in ends]
        self._houses = warehouses.ids_by_code(work, [house for house, _ in codes])
        known = [(self._houses[house], place) for house, place in codes if place and house in self._houses]
        self._locations = warehouses.locations_by_code(work, known)

    def named(self, index: int, row: ItemRow, errors: list[FieldError]) -> Named:
        """What a row names; adds the errors of what is not there."""
        at = "barcode" if row.barcode and not row.sku else "sku"
        item_id = self._barcodes.get(row.barcode or "") if at == "barcode" else self._skus.get(row.sku or "")
        if item_id is None:
            says = "No item has this barcode." if at == "barcode" else "No item has this SKU."
            errors.append(FieldError(f"/{index}/{at}", f"unknown_{at}", says))
        location_ids = tuple(self._location(index, row, end, errors) for end in self._ends)
        return Named(f"/{index}", f"/{index}/{at}", item_id or "", location_ids)

    def _location(self, index: int, row: ItemRow, end: tuple[str, str], errors: list[FieldError]) -> str:
        house, place = end
        house_id, code = self._houses.get(getattr(row, house)), getattr(row, place)
        if house_id is None:
            errors.append(FieldError(f"/{index}/{house}", "unknown_warehouse", "No warehouse has this code."))
            return ""
        location_id = self._locations.get((house_id, code)) if code else default_location(house_id)
        if location_id is None:
            says = "No location of the warehouse has this code."
            errors.append(FieldError(f"/{index}/{place}", "unknown_location", says))
        return location_id or ""


def named(
    work: Work,
    rows: Mapping[int, ItemRow],
    problems: list[FieldError],
    ends: Sequence[tuple[str, str]] = (AT,),
    *,
    may_repeat: bool = False,
) -> dict[int, Named]:
    """What the rows name; adds the errors of those that name nothing, or the same as another one. ends: the fields of
    warehouse and location."""
    codes = _Codes(work, rows.values(), ends)
    found: dict[int, Named] = {}
    taken: set[str] = set()
    for index, row in rows.items():
        errors: list[FieldError] = []
        each = codes.named(index, row, errors)
        if not errors and not may_repeat and each.place in taken:
            errors.append(FieldError(f"/{index}", "repeated", "An earlier row is about the same item and location."))
        problems += errors
        if not errors:
            found[index] = each
            taken.add(each.place)
    return found


def sources(
    work: Work,
    rows: Mapping[int, Named],
    quantities: Mapping[int, Decimal],
    problems: list[FieldError],
    *,
    field: str = "quantity",
    comes_in: bool = False,
) -> posting.Sources:
    """The items and places of rows; adds the errors of items that have no stock, and of quantities. field: where rows
    give these. comes_in: whether goods come into the house, which those of archived items do not."""
    pairs = [(each.item_id, location_id) for each in rows.values() for location_id in each.location_ids]
    posting.fetch(work, pairs)
    pointers = [(each.item_id, each.at) for each in rows.values()]
    if comes_in:
        with collected(problems):
            items.active(work, pointers)
    found = posting.Sources(
        items.known(work, pointers), warehouses.existing_places(work, [location_id for _, location_id in pairs])
    )
    asked = [(f"{each.pointer}/{field}", each.item_id, quantities[index]) for index, each in rows.items()]
    problems += rules.kind_errors(pointers, found.items) + rules.quantity_errors(asked, found.items)
    return found


def kept_errors(rows: Mapping[int, Named], source: posting.Sources, *, is_statement: bool = False) -> list[FieldError]:
    """The errors of rows about warehouses that somebody else counts, or does not."""
    places = [(f"{each.pointer}/warehouse", source.places[each.location_ids[0]]) for each in rows.values()]
    return keeping.errors(places, is_statement=is_statement)


def document(
    work: Work, kind: StockDocumentKind, source: str, more: int, reason: StockAdjustmentReason | None = None
) -> Document:
    """The document of the import, as long as it has room for more lines, is of today, and nobody has taken it back;
    else a new one."""
    document_id = work.owners(_MADE, [source]).get(source) if source else None
    if document_id is not None:
        found = repository.load(work, document_id, match=False)
        has_room = found.lines.count + more <= MOST_LINES
        is_of_today = found.row.effective_on == tenants.today(work)
        if has_room and is_of_today and found.row.status is StockDocumentStatus.POSTED:
            return found
        work.release(_MADE, source, document_id)
    return posting.new(work, kind, None, reason=reason, reference=source or None, warehouse_ids=[], line_count=0)


def post(
    work: Work,
    into: Document,
    lines: list[DocumentLine],
    rows: Sequence[Named],
    found: posting.Sources,
    source: str,
) -> None:
    """Adds lines to the document and moves their stock. Invalid for what cannot come to its place."""
    row = into.row
    mover = Mover(row, found.places, tenants.today(work))
    moving = [(line, mover.of_line(line, each.pointer)) for line, each in zip(lines, rows, strict=True)]
    place = "to_location" if row.kind is StockDocumentKind.TRANSFER else "location"
    problems = rules.move_errors([move for _, each in moving for move in each], found.items, place)
    if problems:
        raise Invalid(errors=problems)
    if row.version is None:
        row.number = posting.number(work, row)
        if source:
            work.claim(_MADE, source, row.id, "")
    row.warehouse_ids = sorted({*row.warehouse_ids, *(each.warehouse_id for each in found.places.values())})
    into.lines.append(posting.moved(work, row, moving, found))
    repository.save(work, into)
    work.annotate(subjects=sorted({line.item_id for line in lines}))
