"""Rules of stock documents, without access to the store: which moves they make."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from chalicelib.catalog.items import units
from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.items.schemas import Item
from chalicelib.catalog.items.tracking import ItemTracking
from chalicelib.inventory.documents.document_schemas import StockDocumentKind
from chalicelib.inventory.documents.schemas import (
    ArrivingLine,
    StockAdjustment,
    StockAdjustmentLine,
    StockOpening,
    StockReceipt,
    StockTransfer,
)
from chalicelib.inventory.documents.tables import DocumentLine, StockDocument
from chalicelib.inventory.stock.moves import Move
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel.errors import FieldError, Invalid

Places = Mapping[str, Place]
"""Location id to place."""


_ZERO = Decimal(0)


def received(command: StockReceipt | StockOpening, document_id: str, places: Places) -> list[Move]:
    """The moves of a receipt, or of opening stock."""
    is_opening = isinstance(command, StockOpening)
    return [
        Move(
            item_id=line.item_id,
            place=places[line.location_id],
            quantity=line.quantity,
            kind=StockMovementKind.OPENING if is_opening else StockMovementKind.RECEIPT,
            document_id=document_id,
            line=index + 1,
            reference=command.reference,
            pointer=f"/lines/{index}",
        )
        for index, line in enumerate(command.lines)
    ]


def adjustment_errors(lines: Sequence[StockAdjustmentLine]) -> list[FieldError]:
    """The errors of lines that say nothing, or two things, and of counted places that stand on other lines too."""
    problems = []
    places = Counter((line.item_id, line.location_id) for line in lines)
    for index, line in enumerate(lines):
        if (line.change is None) is (line.counted is None):
            problems.append(FieldError(f"/lines/{index}", "change_or_counted", "Give one of change and counted."))
        elif line.change is not None and not line.change:
            problems.append(FieldError(f"/lines/{index}/change", "zero", "Nothing to change."))
        if line.counted is not None and places[line.item_id, line.location_id] > 1:
            says = "What is counted at a place stands on one line."
            problems.append(FieldError(f"/lines/{index}/counted", "repeated", says))
        if line.seen is not None and line.counted is None:
            problems.append(FieldError(f"/lines/{index}/seen", "not_counted", "Only with counted."))
    return problems


def adjusted(
    command: StockAdjustment, document_id: str, places: Places, there: Mapping[tuple[str, Place], Decimal]
) -> list[Move]:
    """The moves of an adjustment, which has been found and so cannot be refused for what is committed; none for a line
    whose count is right. there: what is on hand, for lines that are counted."""
    found = []
    for index, line in enumerate(command.lines):
        place = places[line.location_id]
        change = line.change if line.counted is None else line.counted - there[line.item_id, place]
        if change:
            found.append(
                Move(
                    item_id=line.item_id,
                    place=place,
                    quantity=change,
                    kind=StockMovementKind.ADJUSTMENT,
                    document_id=document_id,
                    line=index + 1,
                    reference=command.reference,
                    reason=command.reason,
                    is_fact=True,
                    pointer=f"/lines/{index}",
                )
            )
    return found


def transferred(command: StockTransfer, document_id: str, places: Places) -> list[Move]:
    """The moves of a transfer: two for each line, out of one location and into the other, or one if the goods are on
    their way. Goods that must not be sold any more are moved whether they are committed or not. Invalid when the
    locations are the same."""
    same = [
        FieldError(f"/lines/{index}/to_location_id", "same_location", "Source and destination are the same.")
        for index, line in enumerate(command.lines)
        if line.from_location_id == line.to_location_id
    ]
    if same:
        raise Invalid(errors=same)
    return [
        Move(
            item_id=line.item_id,
            place=places[location_id],
            quantity=line.quantity * sign,
            kind=kind,
            document_id=document_id,
            line=index + 1,
            reference=command.reference,
            is_fact=_is_put_away(places[line.from_location_id], places[line.to_location_id]),
            pointer=f"/lines/{index}",
        )
        for index, line in enumerate(command.lines)
        for location_id, sign, kind in (
            (line.from_location_id, -1, StockMovementKind.TRANSFER_OUT),
            (line.to_location_id, 1, StockMovementKind.TRANSFER_IN),
        )
        if sign < 0 or not command.in_transit
    ]


def arrival_errors(requested: Sequence[ArrivingLine], lines: Mapping[int, DocumentLine]) -> list[FieldError]:
    """The errors of lines that do not exist, are given twice, or bring more than is on its way."""
    problems = []
    seen: set[int] = set()
    for index, line in enumerate(requested):
        if line.line not in lines or line.line in seen:
            says = "Not a line of the transfer, or twice."
            problems.append(FieldError(f"/lines/{index}/line", "unknown_line", says))
        elif not 0 < line.total <= lines[line.line].on_its_way:
            says = "Give more than zero, and not more than is on its way."
            problems.append(FieldError(f"/lines/{index}/quantity", "not_on_its_way", says))
        seen.add(line.line)
    return problems


def elsewhere_errors(
    requested: Sequence[ArrivingLine], lines: Mapping[int, DocumentLine], places: Places
) -> list[FieldError]:
    """The errors of lines that would arrive in another warehouse than the one that the transfer goes to."""
    return [
        FieldError(f"/lines/{index}/location_id", "other_warehouse", "Name a location of the warehouse it was sent to.")
        for index, line in enumerate(requested)
        if line.location_id is not None
        and places[line.location_id].warehouse_id != places[lines[line.line].to_location_id or ""].warehouse_id
    ]


def arriving(
    requested: Sequence[ArrivingLine], lines: Mapping[int, DocumentLine], row: StockDocument, places: Places
) -> list[Move]:
    """The moves of what arrives; none for a line of which everything was lost."""
    return [
        Move(
            item_id=lines[line.line].item_id,
            place=places[line.location_id or lines[line.line].to_location_id or ""],
            quantity=line.quantity,
            kind=StockMovementKind.TRANSFER_IN,
            document_id=row.id,
            line=line.line,
            reference=row.reference,
            pointer=f"/lines/{index}",
        )
        for index, line in enumerate(requested)
        if line.quantity
    ]


_KINDS = {
    StockDocumentKind.OPENING: StockMovementKind.OPENING,
    StockDocumentKind.RECEIPT: StockMovementKind.RECEIPT,
    StockDocumentKind.ADJUSTMENT: StockMovementKind.ADJUSTMENT,
}


def reversed_moves(row: StockDocument, document_id: str, places: Places, *, is_in_transit: bool) -> list[Move]:
    """The moves that take a document back. What should not be there goes, whatever is committed by now."""
    found = []
    for line in row.lines:
        if row.kind is StockDocumentKind.TRANSFER:
            ends = [] if is_in_transit else [(line.to_location_id, -line.quantity, StockMovementKind.TRANSFER_IN)]
            ends.append((line.from_location_id, line.quantity, StockMovementKind.TRANSFER_OUT))
        else:
            quantity = line.quantity if line.from_location_id else -line.quantity
            ends = [(line.from_location_id or line.to_location_id, quantity, _KINDS[row.kind])]
        found += [
            Move(
                item_id=line.item_id,
                place=places[location_id or ""],
                quantity=quantity,
                kind=movement,
                document_id=document_id,
                line=line.line,
                reference=row.reference,
                is_fact=True,
            )
            for location_id, quantity, movement in ends
            if quantity
        ]
    return found


def _is_put_away(source: Place, target: Place) -> bool:
    """Whether goods are taken out of sale within a warehouse."""
    return target.zone.is_held and source.warehouse_id == target.warehouse_id


def check_places(moves: Sequence[Move], name: str) -> None:
    """Invalid for goods that come to an archived location. They can leave one. name: of the field that names it in each
    line; empty for none."""
    says = "The location is archived; name another one." if name else "Goods would return to an archived location."
    problems = [
        FieldError(f"{move.pointer}/{name}" if name else "", "archived_location", f"{says} ({move.place.location_id})")
        for move in moves
        if move.quantity > 0 and not move.place.is_active
    ]
    if problems:
        raise Invalid(errors=problems)


def check_kinds(moves: Sequence[Move], items: Mapping[str, Item]) -> None:
    """Invalid for items of a kind that has no stock; `items` is by id."""
    problems = {
        f"{move.pointer}/item_id": FieldError(
            f"{move.pointer}/item_id", "not_stocked", "Only stocked items have stock; this is of another kind."
        )
        for move in moves
        if items[move.item_id].kind is not ItemKind.STOCKED
    }
    if problems:
        raise Invalid(errors=list(problems.values()))


def quantity_errors(quantities: Sequence[tuple[str, str, Decimal]], items: Mapping[str, Item]) -> list[FieldError]:
    """The errors of quantities, given as (pointer, item id, quantity), that are finer than the unit of their item is
    counted."""
    return [
        error
        for pointer, item_id, quantity in quantities
        for error in units.errors(quantity, items[item_id].unit, pointer)
    ]


def check_tracking(moves: Sequence[Move], tracking_of: Mapping[str, ItemTracking]) -> None:
    """Invalid for goods of an item that is tracked by lot or serial number: stock does not know these yet, and nobody
    could say later which goods were of which lot. `tracking_of` is by item id."""
    problems = [
        FieldError(f"{move.pointer}/item_id", "tracked_item", _TRACKED)
        for move in moves
        if move.quantity > 0 and tracking_of[move.item_id] is not ItemTracking.NONE
    ]
    if problems:
        raise Invalid(errors=problems)


_TRACKED = "The item is tracked by lot or serial number, and stock cannot be kept by these yet."
