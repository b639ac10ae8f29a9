"""What callers see of a transfer that was sent to them from warehouses beyond those that they are limited to: what has
left for theirs, and nothing of what lies elsewhere. They record what arrives; all other commands are for whoever sees
all warehouses of a document."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec

from chalicelib.inventory.documents import tables
from chalicelib.inventory.documents.document_schemas import StockDocument, StockDocumentHead
from chalicelib.inventory.documents.tables import DocumentLine
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden

H = TypeVar("H", bound=StockDocumentHead)
_OPEN_TO_RECEIVERS = ("arrive",)


def is_whole(call: Call, row: tables.StockDocument) -> bool:
    """Whether the caller sees all warehouses of a document."""
    return call.sees(*row.warehouse_ids)


def require_whole(call: Call, row: tables.StockDocument) -> None:
    """Forbidden for callers who see only what is sent to them."""
    if not is_whole(call, row):
        raise Forbidden("The document moves stock of warehouses beyond those that you are limited to.")


def lines(call: Call, row: tables.StockDocument, found: Sequence[DocumentLine]) -> list[DocumentLine]:
    """Those of the lines that the caller sees, as far as he sees them."""
    return lines_of_many(call, {row.id: found})[row.id] if not is_whole(call, row) else list(found)


def lines_of_many(call: Call, found: Mapping[str, Sequence[DocumentLine]]) -> dict[str, list[DocumentLine]]:
    """The same of documents, by id, of which the caller sees only what is sent to him; one round trip for each 100
    locations."""
    named = {line.to_location_id for of_one in found.values() for line in of_one if line.to_location_id}
    seen = warehouses.read_places(call, named) if named else {}
    return {
        document_id: [_of_receiver(line) for line in of_one if line.out_seq is not None and line.to_location_id in seen]
        for document_id, of_one in found.items()
    }


def head(call: Call, row: tables.StockDocument, shown: H, seen: Sequence[DocumentLine]) -> H:
    """The head of a document, whose lines he sees are these, as far as the caller sees it."""
    if is_whole(call, row):
        return shown
    return msgspec.structs.replace(
        shown,
        warehouse_ids=[each for each in row.warehouse_ids if call.sees(each)],
        line_count=len(seen),
        unposted_lines=sum(line.unposted is not None for line in seen),
        reverses=None,
        reversed_by=None,
    )


def document(
    call: Call, row: tables.StockDocument, shown: StockDocument, seen: Sequence[DocumentLine]
) -> StockDocument:
    """A document, whose lines he sees are these, as far as the caller sees it."""
    if is_whole(call, row):
        return shown
    allowed = [each for each in shown.allowed_transitions if each in _OPEN_TO_RECEIVERS]
    return msgspec.structs.replace(head(call, row, shown, seen), allowed_transitions=allowed)


def _of_receiver(line: DocumentLine) -> DocumentLine:
    """The line without what is known of where it left."""
    on_hand = line.on_hand if line.in_seqs else Decimal(0)
    return msgspec.structs.replace(line, from_location_id=None, on_hand=on_hand, unit_cost=None)
