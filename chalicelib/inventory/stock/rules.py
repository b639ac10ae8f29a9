"""Rules of stock, without access to the store."""

import csv
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from chalicelib.catalog.items import units
from chalicelib.catalog.items.kit_schemas import ItemKind, KitComponent
from chalicelib.catalog.items.schemas import Item
from chalicelib.catalog.items.tracking import ItemTracking
from chalicelib.inventory.stock.level_schemas import MAX_SKUS
from chalicelib.inventory.stock.moves import Move
from chalicelib.inventory.stock.schemas import StockAdjustment, StockMovementKind, StockReceipt, StockTransfer
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import BadRequest, FieldError, Invalid

Places = Mapping[str, Place]
"""Location id to place."""


def received(command: StockReceipt, operation_id: str, places: Places) -> list[Move]:
    """The moves of a receipt."""
    return [
        Move(
            item_id=line.item_id,
            place=places[line.location_id],
            quantity=line.quantity,
            kind=StockMovementKind.RECEIPT,
            reference=command.reference or operation_id,
            note=command.note,
            pointer=f"/lines/{index}",
        )
        for index, line in enumerate(command.lines)
    ]


def adjusted(command: StockAdjustment, operation_id: str, places: Places) -> list[Move]:
    """The moves of an adjustment, which has been found and so cannot be refused for what is committed. Invalid for
    changes of zero."""
    zero = [
        FieldError(f"/lines/{index}/change", "zero", "Nothing to change.")
        for index, line in enumerate(command.lines)
        if not line.change
    ]
    if zero:
        raise Invalid(errors=zero)
    return [
        Move(
            item_id=line.item_id,
            place=places[line.location_id],
            quantity=line.change,
            kind=StockMovementKind.ADJUSTMENT,
            reference=command.reference or operation_id,
            reason=command.reason,
            note=command.note,
            is_fact=True,
            pointer=f"/lines/{index}",
        )
        for index, line in enumerate(command.lines)
    ]


def transferred(command: StockTransfer, operation_id: str, places: Places) -> list[Move]:
    """The moves of a transfer: two for each line, out of one location and into the other. Goods that must not be sold
    any more are moved whether they are committed or not. Invalid when the locations are the same."""
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
            reference=command.reference or operation_id,
            note=command.note,
            is_fact=_is_put_away(places[line.from_location_id], places[line.to_location_id]),
            pointer=f"/lines/{index}",
        )
        for index, line in enumerate(command.lines)
        for location_id, sign, kind in (
            (line.from_location_id, -1, StockMovementKind.TRANSFER_OUT),
            (line.to_location_id, 1, StockMovementKind.TRANSFER_IN),
        )
    ]


def _is_put_away(source: Place, target: Place) -> bool:
    """Whether goods are taken out of sale within a warehouse."""
    return target.zone.is_held and source.warehouse_id == target.warehouse_id


def check_places(moves: Sequence[Move]) -> None:
    """Invalid for goods that come to an archived location. They can leave one."""
    names = {StockMovementKind.TRANSFER_IN: "to_location_id"}
    problems = [
        FieldError(
            f"{move.pointer}/{names.get(move.kind, 'location_id')}", "archived_location", "The location is archived."
        )
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


def whole_kits(components: Sequence[KitComponent], available: Mapping[str, Decimal]) -> Decimal:
    """How many whole kits the available quantities of their stocked components, by item id, suffice for; 0 for a kit
    without stocked components."""
    enough = [
        max(Decimal(0), available[part.item_id]) // part.quantity for part in components if part.item_id in available
    ]
    return min(enough, default=Decimal(0))


def check_quantities(moves: Sequence[Move], unit_of: Mapping[str, str]) -> None:
    """Invalid for quantities that are finer than the unit of their item is counted; `unit_of` is by item id."""
    problems: dict[str, list[FieldError]] = {}
    for move in moves:
        pointer = f"{move.pointer}/{'change' if move.kind is StockMovementKind.ADJUSTMENT else 'quantity'}"
        problems[pointer] = units.errors(move.quantity, unit_of[move.item_id], pointer)
    if found := [error for errors in problems.values() for error in errors]:
        raise Invalid(errors=found)


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


def requested_skus(given: str) -> list[str]:
    """The SKUs of a comma-separated list, in quotes where they have commas (RFC 4180), without duplicates. BadRequest
    for none, and for more than 100."""
    spelled = [sku.strip() for sku in next(csv.reader([given], skipinitialspace=True))]
    skus = list({folded(sku): sku for sku in spelled if sku}.values())
    if not 0 < len(skus) <= MAX_SKUS:
        detail = f"Give 1 to {MAX_SKUS} SKUs."
        raise BadRequest(detail, errors=[FieldError("/query/skus", "wrong_count", detail)])
    return skus


def last_true(highest: int, holds: Callable[[int], bool]) -> int:
    """The last number of 1 to `highest` for which `holds` is true, 0 for none. After the first false all must be false.

    A binary search: for 100,000 numbers it calls `holds` about 17 times.
    """
    low, high = 0, highest
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low
