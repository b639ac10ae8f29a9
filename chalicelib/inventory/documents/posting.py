"""Writes a stock document together with the movements of its stock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import msgspec

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.identity_schemas import ItemStatus
from chalicelib.catalog.items.schemas import Item
from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.documents import keeping, rules, tables
from chalicelib.inventory.documents.document_schemas import (
    PREFIXES,
    StockDocument,
    StockDocumentKind,
    StockDocumentLine,
    StockDocumentStatus,
)
from chalicelib.inventory.documents.schemas import StockAdjustmentLine, StockReceiptLine, StockTransferLine
from chalicelib.inventory.documents.states import STOCK_DOCUMENT
from chalicelib.inventory.stock import tables as stock
from chalicelib.inventory.stock.moves import Move, move
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.places import Place
from chalicelib.inventory.warehouses.schemas import warehouse_of_default
from chalicelib.kernel import ids
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import FieldError, Invalid, NotFound, collected
from chalicelib.kernel.mapping import merged, to_struct
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work

_SERIES = {
    StockDocumentKind.OPENING: ("opn", "OS"),
    StockDocumentKind.RECEIPT: ("rcv", "RC"),
    StockDocumentKind.ADJUSTMENT: ("adj", "AD"),
    StockDocumentKind.TRANSFER: ("trf", "TR"),
}
"""The prefixes of ids, and the series of numbers."""
Line = StockReceiptLine | StockAdjustmentLine | StockTransferLine


@dataclass(frozen=True, slots=True)
class Sources:
    """The documents that lines name, by id."""

    items: dict[str, Item]
    places: dict[str, Place]


def read(work: Work, lines: Sequence[Line], names: Sequence[str], *, is_receipt: bool = False) -> Sources:
    """The items and places that lines name. Invalid for unknown ones; of archived items nothing is received, but what
    lies there can be counted and moved."""
    item_pointers: dict[str, str] = {}
    place_pointers: dict[str, str] = {}
    for index, line in enumerate(lines):
        item_pointers.setdefault(line.item_id, f"/lines/{index}/item_id")
        for name in names:
            place_pointers.setdefault(getattr(line, name), f"/lines/{index}/{name}")
    fetch(work, [(line.item_id, getattr(line, name)) for line in lines for name in names])
    problems: list[FieldError] = []
    found: dict[str, Item] = {}
    places: dict[str, Place] = {}
    with collected(problems):
        found = (items.active if is_receipt else items.known)(work, item_pointers.items())
    with collected(problems):
        places = warehouses.places(work, place_pointers.items())
    if problems:
        raise Invalid(errors=problems)
    return Sources(found, places)


def fetch(work: Work, pairs: Sequence[tuple[str, str]]) -> None:
    """Reads ahead what a document about these (item id, location id) needs, in one round trip: also the stock rows if
    the places are default locations, as most are."""
    likely = sorted({(item_id, warehouse_of_default(location_id)) for item_id, location_id in pairs})
    work.fetch(
        *(items.ref(work, item_id) for item_id in dict.fromkeys(item_id for item_id, _ in pairs)),
        *(warehouses.location_ref(work.tenant, each) for each in dict.fromkeys(each for _, each in pairs)),
        *(stock.stock_ref(work.tenant, *pair) for pair in likely),
        tenants.calendar_ref(work.tenant),
    )


def new(work: Work, kind: StockDocumentKind, reference: str | None, note: str | None) -> tables.StockDocument:
    """A new document with its number, without lines."""
    prefix, series = _SERIES[kind]
    document_id = work.new_id(prefix)
    calendar = tenants.calendar(work)
    return tables.StockDocument(
        partition=work.tenant.key(ids.month(document_id)),
        id=document_id,
        kind=kind,
        number=work.new_number(series, calendar.fiscal_year(calendar.local(work.now).date())),
        status=StockDocumentStatus.POSTED,
        reference=reference,
        note=note,
    )


def post(
    work: Work,
    row: tables.StockDocument,
    source: Sources,
    requested: Sequence[Move],
    quantities: Sequence[tuple[str, str, Decimal]],
    *,
    place: str = "location_id",
    is_receipt: bool = False,
) -> StockDocument:
    """Checks the moves of a document, moves the stock, and writes the document with what is on hand afterwards. place:
    the field of a line that names where goods come."""
    rules.check_kinds(requested, source.items)
    problems = rules.quantity_errors(quantities, source.items)
    if problems:
        raise Invalid(errors=problems)
    rules.check_places(requested, place)
    keeping.check(row, requested)
    if any(entry.quantity > 0 for entry in requested):
        rules.check_tracking(requested, {item_id: item.tracking for item_id, item in source.items.items()})
        items.mark_moved(work, source.items)
    requested = [replace(entry, sku=source.items[entry.item_id].sku) for entry in requested]
    archived = {item_id for item_id, item in source.items.items() if item.status is ItemStatus.ARCHIVED}
    after = move(work, requested, is_receipt=is_receipt, archived=archived)
    on_hand = {each.line: there for each, there in zip(requested, after, strict=True)}
    row.lines = [msgspec.structs.replace(line, on_hand=on_hand.get(line.line, line.on_hand)) for line in row.lines]
    row.warehouse_ids = sorted({*(row.warehouse_ids or ()), *(place.warehouse_id for place in source.places.values())})
    work.annotate(subjects=sorted(source.items))
    if row.version is None:
        work.create(row)
        work.claim(tables.NUMBER, row.number, row.id, "/number")
    else:
        work.save(row)
    return view(row)


def load(work: Work, document_id: str) -> tables.StockDocument:
    """The document that the request changes. NotFound; PreconditionFailed when If-Match does not match."""
    name = ref(work.tenant, document_id)
    return work.load_for_update(tables.StockDocument, name.hash_key, name.range_key)


def ref(tenant: Tenant, document_id: str) -> Ref:
    """The key of a document. NotFound when the id is not valid for one."""
    if not ids.is_valid(f"(?:{'|'.join(PREFIXES)})", document_id):
        raise NotFound("There is no such stock document.")
    return tables.document_ref(tenant, document_id)


def view(row: tables.StockDocument) -> StockDocument:
    """The API's representation of the row."""
    return to_struct(
        row,
        StockDocument,
        lines=[merged(StockDocumentLine, line) for line in row.lines],
        allowed_transitions=STOCK_DOCUMENT.allowed(row),
    )
