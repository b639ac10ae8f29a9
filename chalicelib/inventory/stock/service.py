"""Use cases of stock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.items.schemas import Item
from chalicelib.inventory.stock import bins, events, levels, rules, tables
from chalicelib.inventory.stock.level_schemas import (
    AvailabilityQuery,
    ItemAvailability,
    PlaceQuery,
    StockAtLocation,
    StockAvailability,
    StockLevel,
    StockPlace,
    StockQuery,
)
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.moves import Move, move
from chalicelib.inventory.stock.schemas import (
    StockAdjustment,
    StockAdjustmentLine,
    StockOperation,
    StockOperationLine,
    StockReceipt,
    StockReceiptLine,
    StockTransfer,
    StockTransferLine,
)
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.places import Place
from chalicelib.inventory.warehouses.schemas import default_location, warehouse_of_default
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import BadRequest, FieldError, Invalid
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.visibility import find_all, find_many
from chalicelib.kernel.work import Work


@use_case(events.RECEIVED)
def receive(work: Work, command: StockReceipt) -> StockOperation:
    """Receives goods. Invalid for unknown or archived items and locations."""
    operation_id = work.new_id("rcv")
    source = _read(work, command.lines, ("location_id",), is_receipt=True)
    moves = rules.received(command, operation_id, source.places)
    return _operate(work, operation_id, source.items, moves, is_receipt=True)


@use_case(events.ADJUSTED)
def adjust(work: Work, command: StockAdjustment) -> StockOperation:
    """Corrects quantities on hand, with a reason. InsufficientStock when more is removed than lies there."""
    operation_id = work.new_id("adj")
    source = _read(work, command.lines, ("location_id",))
    return _operate(work, operation_id, source.items, rules.adjusted(command, operation_id, source.places))


@use_case(events.TRANSFERRED)
def transfer(work: Work, command: StockTransfer) -> StockOperation:
    """Moves stock between locations in one transaction: within a warehouse whatever lies there, into another one what
    is available. InsufficientStock lists the shortages."""
    operation_id = work.new_id("trf")
    source = _read(work, command.lines, ("from_location_id", "to_location_id"))
    return _operate(work, operation_id, source.items, rules.transferred(command, operation_id, source.places))


def make_room(call: Call, item_ids: Sequence[str]) -> None:
    """Marks the items whose stock will move, if they are too many to be marked in the commit that moves it."""
    if len(item_ids) > items.MOST_MARKS and not call.is_dry_run:
        commit(call, items.mark_moved_ahead, item_ids)


Line = StockReceiptLine | StockAdjustmentLine | StockTransferLine


@dataclass(frozen=True, slots=True)
class _Sources:
    """The documents that lines name, by id."""

    items: dict[str, Item]
    places: dict[str, Place]


def _read(work: Work, lines: Sequence[Line], names: Sequence[str], *, is_receipt: bool = False) -> _Sources:
    """The items and places that lines name. Invalid for unknown ones; of archived items nothing is received, but what
    lies there can be counted and moved."""
    item_pointers: dict[str, str] = {}
    place_pointers: dict[str, str] = {}
    for index, line in enumerate(lines):
        item_pointers.setdefault(line.item_id, f"/lines/{index}/item_id")
        for name in names:
            place_pointers.setdefault(getattr(line, name), f"/lines/{index}/{name}")
    work.fetch(
        *(items.ref(work, item_id) for item_id in item_pointers),
        *(warehouses.location_ref(work.tenant, location_id) for location_id in place_pointers),
        *_likely(work, lines, names),
    )
    problems: list[FieldError] = []
    found: dict[str, Item] = {}
    places: dict[str, Place] = {}
    try:
        found = (items.active if is_receipt else items.known)(work, item_pointers.items())
    except Invalid as error:
        problems += error.errors
    try:
        places = warehouses.places(work, place_pointers.items())
    except Invalid as error:
        problems += error.errors
    if problems:
        raise Invalid(errors=problems)
    return _Sources(found, places)


def _likely(work: Work, lines: Sequence[Line], names: Sequence[str]) -> list[Ref]:
    """The stock rows that will be needed if the places are default locations, as most are: it saves a round trip."""
    pairs = {(line.item_id, warehouse_of_default(getattr(line, name))) for line in lines for name in names}
    return [tables.stock_ref(work.tenant, *pair) for pair in sorted(pairs)]


def _operate(
    work: Work, operation_id: str, found: dict[str, Item], moves: Sequence[Move], *, is_receipt: bool = False
) -> StockOperation:
    """Checks the moves of these items, and moves the stock."""
    rules.check_kinds(moves, found)
    rules.check_quantities(moves, {item_id: item.unit for item_id, item in found.items()})
    rules.check_places(moves)
    if any(move.quantity > 0 for move in moves):
        rules.check_tracking(moves, {item_id: item.tracking for item_id, item in found.items()})
        items.mark_moved(work, found)
    after = move(work, moves, is_receipt=is_receipt)
    work.annotate(entity="stock_operation", entity_id=operation_id, subjects=sorted(found))
    moved = [
        StockOperationLine(
            item_id=entry.item_id, location_id=entry.place.location_id, quantity=entry.quantity, on_hand=on_hand
        )
        for entry, on_hand in zip(moves, after, strict=True)
    ]
    return StockOperation(id=operation_id, moved=moved)


def page_levels(call: Call, query: StockQuery) -> Page[StockLevel]:
    """A page of the stock of an item, of a warehouse, or of both."""
    rows, cursor = paginate(tables.Stock, tables.STOCK_VIEWS, call, query)
    return Page([view_level(row) for row in rows], cursor)


def page_places(call: Call, query: PlaceQuery) -> Page[StockPlace]:
    """Where an item lies, or a page of what lies at a location. BadRequest without either."""
    if query.item_id is not None:
        return Page(_places_of_item(call, query))
    if query.location_id is None:
        raise BadRequest("Give item_id, location_id or both.")
    place = warehouses.read_place(call, query.location_id)
    if place is None:
        return Page([])
    choice = StockAtLocation(
        warehouse_id=place.warehouse_id, location_id=place.location_id, limit=query.limit, cursor=query.cursor
    )
    if place.is_loose:
        rows, cursor = paginate(tables.Stock, tables.LOOSE_VIEWS, call, choice)
        return Page([_loose(row) for row in rows], cursor)
    found_bins, cursor = paginate(tables.Bin, tables.BIN_VIEWS, call, choice)
    return Page([to_struct(row, StockPlace) for row in found_bins], cursor)


def _places_of_item(call: Call, query: PlaceQuery) -> list[StockPlace]:
    """Where an item lies, all at once. BadRequest with a cursor."""
    if query.cursor is not None:
        says = "The places of an item are listed all at once; there is no cursor."
        raise BadRequest(says, errors=[FieldError("/query/cursor", "invalid_cursor", says)])
    item_id = query.item_id or ""
    found = [_loose(row) for row in all_of_item(call, item_id) if row.loose]
    found += [to_struct(row, StockPlace) for row in bins.of_item(call, item_id) if row.on_hand]
    return [place for place in found if query.location_id in (None, place.location_id)]


def _loose(row: tables.Stock) -> StockPlace:
    """What lies at the default location."""
    return StockPlace(
        item_id=row.item_id,
        warehouse_id=row.warehouse_id,
        location_id=default_location(row.warehouse_id),
        on_hand=row.loose,
        picked=Decimal(0),
        free=row.loose,
    )


def availability(call: Call, query: AvailabilityQuery) -> StockAvailability:
    """The available quantity of each SKU. BadRequest for more than 100."""
    skus = rules.requested_skus(query.skus)
    owners = items.find_ids_by_sku(call, skus)
    found = items.find(call, set(owners.values()))
    parts = items.find(call, {part.item_id for item in found.values() for part in item.components})
    stocked = sorted(each.id for each in (found | parts).values() if each.kind is ItemKind.STOCKED)
    by_item: dict[str, list[tables.Stock]] = {item_id: [] for item_id in stocked}
    by_item |= _of_items(call, stocked, query.warehouse_id)
    known = {sku: found[item_id] for sku, item_id in owners.items() if item_id in found}
    data = [_available(sku, known[sku], by_item) for sku in skus if sku in known]
    return StockAvailability(data=data, unknown=[sku for sku in skus if sku not in known])


def _of_items(call: Call, item_ids: Iterable[str], warehouse_id: str | None) -> dict[str, list[tables.Stock]]:
    """The stock rows of items, of one warehouse or of all."""
    if warehouse_id is None:
        return {item_id: all_of_item(call, item_id) for item_id in item_ids}
    refs = [levels.ref(call.tenant, StockKey(item_id, warehouse_id)) for item_id in item_ids]
    return {row.item_id: [row] for row in find_many(call, tables.Stock, refs)}


def all_of_item(call: Call, item_id: str) -> list[tables.Stock]:
    """All stock rows of an item that the caller may see, strongly consistent."""
    return find_all(call, tables.Stock, tables.Stock.partition == call.tenant.key(item_id))


def _available(sku: str, item: Item, by_item: Mapping[str, Sequence[tables.Stock]]) -> ItemAvailability:
    rows = by_item.get(item.id, ())
    available = {item_id: _sum_promisable(of_item) for item_id, of_item in by_item.items()}
    sums = {
        name: sum((getattr(row, name) for row in rows), Decimal(0))
        for name in ("on_hand", "committed", "held", "waiting")
    }
    return ItemAvailability(
        sku=sku,
        item_id=item.id,
        kind=item.kind,
        **sums,
        available=rules.whole_kits(item.components, available)
        if item.components
        else available.get(item.id, Decimal(0)),
        warehouses=[view_level(row) for row in rows],
    )


def _sum_promisable(rows: Sequence[tables.Stock]) -> Decimal:
    return sum((levels.level(row).promisable for row in rows), Decimal(0))


def view_level(row: tables.Stock) -> StockLevel:
    """The API's representation of the row."""
    return to_struct(row, StockLevel, blocked=bool(row.blocked))
