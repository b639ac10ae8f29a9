"""Which moves the lines of a document make."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from chalicelib.inventory.documents.document_schemas import StockDocumentKind
from chalicelib.inventory.documents.tables import Arriving, DocumentLine, StockDocument
from chalicelib.inventory.stock.bins import BinKey
from chalicelib.inventory.stock.moves import Move, Moved
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.warehouses.places import Place

_KINDS = {
    StockDocumentKind.OPENING: StockMovementKind.OPENING,
    StockDocumentKind.RECEIPT: StockMovementKind.RECEIPT,
    StockDocumentKind.ADJUSTMENT: StockMovementKind.ADJUSTMENT,
}
_OUT, _IN = StockMovementKind.TRANSFER_OUT, StockMovementKind.TRANSFER_IN


class Mover:
    """Makes the moves of one document. today: a document of an earlier day says so on its movements. actor: who has
    asked for it, when a job moves."""

    def __init__(self, row: StockDocument, places: Mapping[str, Place], today: date, *, actor: str = "") -> None:
        self._row = row
        self._places = places
        self._today = today
        self._actor = actor

    def of_line(self, line: DocumentLine, pointer: str) -> list[Move]:
        """The moves of a line, what leaves first; none for a count that is right. What was found is recorded, and what
        should not be there or must not be sold any more goes, whatever is committed by now; all else can be refused."""
        row, is_reversal = self._row, self._row.reverses is not None
        left, came = line.from_location_id, line.to_location_id
        is_fact = is_reversal or row.kind is StockDocumentKind.ADJUSTMENT
        of_out = of_in = _KINDS.get(row.kind, _OUT)
        if row.kind is StockDocumentKind.TRANSFER:
            of_out, of_in = (_IN, _OUT) if is_reversal else (_OUT, _IN)
            is_fact = is_fact or self._is_put_away(line)
            came = came if is_reversal or not row.sent else None
        ends = ((left, -line.quantity, of_out), (came, line.quantity, of_in))
        return [
            self._move(line, location_id, quantity, kind, row.effective_on, pointer, is_fact=is_fact)
            for location_id, quantity, kind in ends
            if location_id is not None and quantity
        ]

    def of_arrival(self, line: DocumentLine, arriving: Arriving, day: date, pointer: str) -> list[Move]:
        """The moves of what arrives of a line; none if everything was lost."""
        location_id = arriving.location_id or line.to_location_id or ""
        return [self._move(line, location_id, arriving.quantity, _IN, day, pointer)] if arriving.quantity else []

    def _move(
        self,
        line: DocumentLine,
        location_id: str,
        quantity: Decimal,
        kind: StockMovementKind,
        day: date,
        pointer: str,
        *,
        is_fact: bool = False,
    ) -> Move:
        return Move(
            item_id=line.item_id,
            place=self._places[location_id],
            quantity=quantity,
            kind=kind,
            document_id=self._row.id,
            line=line.line,
            reference=self._row.reference,
            reason=self._row.reason,
            effective_on=None if day == self._today else day,
            is_fact=is_fact,
            actor=self._actor,
            pointer=pointer,
            sku=line.sku,
        )

    def _is_put_away(self, line: DocumentLine) -> bool:
        """Whether goods are taken out of sale within a warehouse."""
        source, target = self._places[line.from_location_id or ""], self._places[line.to_location_id or ""]
        return target.zone.is_held and source.warehouse_id == target.warehouse_id


def bin_key(line: DocumentLine, places: Mapping[str, Place]) -> BinKey:
    """The item and the place of a line that was counted."""
    return line.item_id, places[line.to_location_id or line.from_location_id or ""]


def settled(line: DocumentLine, there: Decimal) -> DocumentLine:
    """A counted line as a difference to what is there."""
    change, location_id = (line.counted or Decimal(0)) - there, line.to_location_id or line.from_location_id
    return msgspec.structs.replace(
        line,
        from_location_id=location_id if change < 0 else None,
        to_location_id=None if change < 0 else location_id,
        quantity=abs(change),
        on_hand=line.counted or Decimal(0),
        unit_cost=None if change < 0 else line.unit_cost,
    )


def numbered(line: DocumentLine, number: int) -> DocumentLine:
    """The line with another number."""
    return msgspec.structs.replace(line, line=number)


def moved(line: DocumentLine, move: Move, result: Moved) -> DocumentLine:
    """The line after one of its moves."""
    if move.quantity < 0:
        return msgspec.structs.replace(line, on_hand=result.on_hand, out_seq=result.seq)
    return msgspec.structs.replace(line, on_hand=result.on_hand, in_seqs=[*line.in_seqs, result.seq])


def arrived(line: DocumentLine, arriving: Arriving) -> DocumentLine:
    """The line after a part of it has arrived."""
    return msgspec.structs.replace(
        line, arrived=line.arrived + arriving.quantity, lost=line.lost + arriving.lost, arriving=None, unposted=None
    )


def reversed_line(line: DocumentLine, *, is_in_transit: bool) -> DocumentLine:
    """The line that takes another one back: what has come goes, and what has gone comes back. Of one that was left out
    nothing has moved, unless it was left out when it should arrive."""
    has_moved = line.out_seq is not None or bool(line.in_seqs)
    return DocumentLine(
        line=line.line,
        item_id=line.item_id,
        sku=line.sku,
        from_location_id=None if is_in_transit else line.to_location_id,
        to_location_id=line.from_location_id,
        quantity=Decimal(0) if line.unposted and not has_moved else line.quantity,
        arrived=line.arrived,
        lost=line.lost,
        on_hand=line.on_hand,
        unit_cost=line.unit_cost,
    )
