"""Writes a stock document together with the movements of its stock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.identity_schemas import ItemStatus
from chalicelib.catalog.items.schemas import Item
from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.documents import line_moves, repository, rules, tables
from chalicelib.inventory.documents.document_schemas import StockDocumentKind, StockDocumentStatus
from chalicelib.inventory.documents.repository import Document
from chalicelib.inventory.documents.schemas import (
    LINES_AT_ONCE,
    TRANSFER_LINES_AT_ONCE,
    StockAdjustmentLine,
    StockReceiptLine,
    StockTransferLine,
)
from chalicelib.inventory.documents.tables import DocumentLine
from chalicelib.inventory.periods import service as periods
from chalicelib.inventory.stock import moves
from chalicelib.inventory.stock import tables as stock
from chalicelib.inventory.stock.moves import Move
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.places import Place
from chalicelib.inventory.warehouses.schemas import warehouse_of_default
from chalicelib.kernel import ids
from chalicelib.kernel.capacity import KERNEL_ACTIONS
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import FieldError, collected
from chalicelib.kernel.work import Work

T = TypeVar("T")
_SERIES = {
    StockDocumentKind.OPENING: ("opn", "OS"),
    StockDocumentKind.RECEIPT: ("rcv", "RC"),
    StockDocumentKind.ADJUSTMENT: ("adj", "AD"),
    StockDocumentKind.TRANSFER: ("trf", "TR"),
}
"""The prefixes of ids, and the series of numbers."""
_OTHER_ACTIONS = 4
"""What a document writes or checks beside its moves: itself, its number, the period, and what it takes back."""
_READ_AHEAD = 100
"""The stock of more places is not read ahead: a job moves it, and reads it then."""
Line = StockReceiptLine | StockAdjustmentLine | StockTransferLine
Moving = tuple[DocumentLine, Sequence[Move]]
"""A line and its moves."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The documents that lines name, by id, as far as they exist."""

    items: dict[str, Item]
    places: dict[str, Place]

    def has(self, line: DocumentLine) -> bool:
        """Whether everything that the line names exists."""
        return line.item_id in self.items and all(each in self.places for each in line.locations())

    def sku(self, item_id: str) -> str:
        """The SKU of an item; empty when it does not exist."""
        return self.items[item_id].sku if item_id in self.items else ""


def read(
    work: Work, lines: Sequence[Line], names: Sequence[str], problems: list[FieldError], *, is_receipt: bool = False
) -> Sources:
    """The items and places that lines name. Adds an error for each that is unknown, and for each item of a kind that
    has no stock; of archived items nothing is received, but what lies there can be counted and moved."""
    item_pointers: dict[str, str] = {}
    place_pointers: dict[str, str] = {}
    for index, line in enumerate(lines):
        item_pointers.setdefault(line.item_id, f"/lines/{index}/item_id")
        for name in names:
            place_pointers.setdefault(getattr(line, name), f"/lines/{index}/{name}")
    fetch(work, [(line.item_id, getattr(line, name)) for line in lines for name in names])
    find = items.active if is_receipt else items.known
    found = _found(problems, item_pointers, lambda pairs: find(work, pairs))
    places = _found(problems, place_pointers, lambda pairs: warehouses.places(work, pairs))
    problems += rules.kind_errors([(each, item_pointers[each]) for each in found], found)
    return Sources(found, places)


def _found(
    problems: list[FieldError], pointers: dict[str, str], find: Callable[[list[tuple[str, str]]], dict[str, T]]
) -> dict[str, T]:
    """What is found of the ids; adds the errors of the others."""
    with collected(problems):
        return find(list(pointers.items()))
    wrong = {error.pointer for error in problems}
    return find([pair for pair in pointers.items() if pair[1] not in wrong])


def fetch(work: Work, pairs: Sequence[tuple[str, str]]) -> None:
    """Reads ahead what a document about these (item id, location id) needs, in one round trip: also the stock rows if
    the places are default locations, as most are."""
    likely = sorted({(item_id, warehouse_of_default(location_id)) for item_id, location_id in pairs[:_READ_AHEAD]})
    work.fetch(
        *(items.ref(work, item_id) for item_id in dict.fromkeys(item_id for item_id, _ in pairs)),
        *(warehouses.location_ref(work.tenant, each) for each in dict.fromkeys(each for _, each in pairs)),
        *(stock.stock_ref(work.tenant, *pair) for pair in likely),
        tenants.calendar_ref(work.tenant),
    )


def existing(work: Work, lines: Sequence[DocumentLine]) -> Sources:
    """The items and places of lines that are stored."""
    ends = ((line, (line.from_location_id, line.to_location_id)) for line in lines)
    pairs = [(line.item_id, at) for line, both in ends for at in both if at]
    pairs += [
        (line.item_id, line.arriving.location_id) for line in lines if line.arriving and line.arriving.location_id
    ]
    fetch(work, pairs)
    return Sources(
        items.known(work, [(line.item_id, "") for line in lines]),
        warehouses.existing_places(work, {location_id for _, location_id in pairs}),
    )


def new(work: Work, kind: StockDocumentKind, effective_on: date | None, **values: object) -> Document:
    """A new document without a number and lines, for its day."""
    document_id = work.new_id(_SERIES[kind][0])
    row = tables.StockDocument(
        partition=work.tenant.key(ids.month(document_id)),
        id=document_id,
        kind=kind,
        effective_on=effective_on or tenants.today(work),
        lines=[],
        **{"status": StockDocumentStatus.POSTED, **values},
    )
    return Document(row, repository.Lines(work, row))


def fits(
    work: Work, row: tables.StockDocument, moving: Sequence[Moving], source: Sources, others: int = _OTHER_ACTIONS
) -> bool:
    """Whether one transaction holds the moves of lines and so many other actions. Marks of many items are made before
    it (`service.make_room`)."""
    most = TRANSFER_LINES_AT_ONCE if row.kind is StockDocumentKind.TRANSFER else LINES_AT_ONCE
    needed = rules.actions([move for _, of_line in moving for move in of_line], source.items)
    if work.call.is_dry_run:
        needed -= max(0, sum(not item.moved for item in source.items.values()) - items.MOST_MARKS)
    return len(moving) <= most and needed + others + KERNEL_ACTIONS <= store.MAX_ACTIONS


def require_open(work: Work, day: date) -> None:
    """PeriodClosed when the day is closed, also when it is closed before the commit. Today needs no look, because no
    day is closed before it is over."""
    if day < tenants.today(work):
        periods.require_open(work, day)


def moved(work: Work, row: tables.StockDocument, moving: Sequence[Moving], source: Sources) -> list[DocumentLine]:
    """Moves the stock of lines, and returns them as they are then. InsufficientStock."""
    requested = [move for _, of_line in moving for move in of_line]
    coming = {move.item_id for move in requested if move.quantity > 0}
    if coming:
        items.mark_moved(work, coming)
    archived = {item_id for item_id, item in source.items.items() if item.status is ItemStatus.ARCHIVED}
    results = iter(moves.move(work, requested, is_receipt=takes_in(row), archived=archived))
    found = []
    for line, of_line in moving:
        after = line
        for move in of_line:
            after = line_moves.moved(after, move, next(results))
        found.append(after)
    return found


def takes_in(row: tables.StockDocument) -> bool:
    """Whether goods come into the house, which those of archived items do not."""
    return row.kind in (StockDocumentKind.RECEIPT, StockDocumentKind.OPENING) and row.reverses is None


def there(work: Work, lines: Sequence[DocumentLine], places: Mapping[str, Place]) -> dict[int, Decimal]:
    """By the number of each line that was counted: what is there now."""
    keys = {line.line: line_moves.bin_key(line, places) for line in lines if line.counted is not None}
    found = moves.there(work, keys.values()) if keys else {}
    return {number: found[key] for number, key in keys.items()}


def number(work: Work, row: tables.StockDocument) -> str:
    """The number of a new document, of the fiscal year of its day."""
    return work.new_number(_SERIES[row.kind][1], tenants.calendar(work).fiscal_year(row.effective_on))
