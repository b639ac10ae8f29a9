"""Rules of stock documents, without access to the store: what their lines may say."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from chalicelib.catalog.items import units
from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.items.schemas import Item
from chalicelib.catalog.items.tracking import ItemTracking
from chalicelib.inventory.documents.schemas import ArrivingLine, StockAdjustmentLine, StockTransferLine
from chalicelib.inventory.documents.tables import DocumentLine
from chalicelib.inventory.stock.moves import Move
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel.errors import FieldError

Places = Mapping[str, Place]
"""Location id to place."""


def adjustment_errors(lines: Sequence[StockAdjustmentLine]) -> list[FieldError]:
    """The errors of lines that say nothing, or two things, of counted places that stand on other lines too, and of
    costs of what goes."""
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
        if line.unit_cost is not None and line.change is not None and line.change < 0:
            says = "Only what is added has a cost of its own."
            problems.append(FieldError(f"/lines/{index}/unit_cost", "cost_of_removed", says))
    return problems


def transfer_errors(lines: Sequence[StockTransferLine]) -> list[FieldError]:
    """The errors of lines that move nothing."""
    return [
        FieldError(f"/lines/{index}/to_location_id", "same_location", "Source and destination are the same.")
        for index, line in enumerate(lines)
        if line.from_location_id == line.to_location_id
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


def kind_errors(named: Iterable[tuple[str, str]], items: Mapping[str, Item]) -> list[FieldError]:
    """The errors of items, given as (item id, pointer), of a kind that has no stock; `items` is by id."""
    says = "Only stocked items have stock; this is of another kind."
    return [
        FieldError(pointer, "not_stocked", says)
        for item_id, pointer in named
        if items[item_id].kind is not ItemKind.STOCKED
    ]


def quantity_errors(quantities: Sequence[tuple[str, str, Decimal]], items: Mapping[str, Item]) -> list[FieldError]:
    """The errors of quantities, given as (pointer, item id, quantity), that are finer than the unit of their item is
    counted; those of unknown items have none."""
    return [
        error
        for pointer, item_id, quantity in quantities
        if item_id in items
        for error in units.errors(quantity, items[item_id].unit, pointer)
    ]


def move_errors(moves: Sequence[Move], items: Mapping[str, Item], name: str) -> list[FieldError]:
    """The errors of goods that come to an archived location, which they can only leave, and of goods that are tracked
    by lot or serial number: stock does not know these yet, and nobody could say later which goods were of which lot.
    name: of the field that names the location in each line; empty for none."""
    says = "The location is archived; name another one." if name else "Goods would return to an archived location."
    problems = []
    for move in moves:
        if move.quantity > 0 and not move.place.is_active:
            pointer = f"{move.pointer}/{name}" if name else ""
            problems.append(FieldError(pointer, "archived_location", f"{says} ({move.place.location_id})"))
        if move.quantity > 0 and items[move.item_id].tracking is not ItemTracking.NONE:
            problems.append(FieldError(f"{move.pointer}/item_id", "tracked_item", _TRACKED))
    return problems


_TRACKED = "The item is tracked by lot or serial number, and stock cannot be kept by these yet."


def moved_since(
    lines: Sequence[DocumentLine], there: Mapping[int, Decimal], pointer: Callable[[DocumentLine], str]
) -> list[FieldError]:
    """The errors of counts of what has moved since it was shown to whoever counted. there: what is there now, by line.
    pointer: where a line names what was seen."""
    return [
        FieldError(pointer(line), "stock_moved", f"{there[line.line]} are there by now.")
        for line in lines
        if line.seen is not None and line.seen != there[line.line]
    ]


def actions(moves: Sequence[Move], items: Mapping[str, Item]) -> int:
    """How many actions the moves have at most: stock rows, movements, bin rows with a condition on each location, and
    marks of items whose stock has not moved before."""
    bins = {move.bin_key for move in moves if not move.place.is_loose}
    locations = {place.location_id for _, place in bins}
    unmarked = {move.item_id for move in moves if not items[move.item_id].moved}
    return len({move.key for move in moves}) + len(moves) + len(bins) + len(locations) + len(unmarked)
