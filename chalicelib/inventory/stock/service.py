"""Use cases of stock."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.items.schemas import Item
from chalicelib.inventory.stock import balances, events, rules, tables
from chalicelib.inventory.stock.balances import Move, StockKey
from chalicelib.inventory.stock.schemas import (
    AsOfQuery,
    AvailabilityQuery,
    BalanceQuery,
    ItemAvailability,
    LedgerQuery,
    StockAdjustment,
    StockAsOf,
    StockAvailability,
    StockBalance,
    StockMovement,
    StockOperation,
    StockOperationLine,
    StockReceipt,
    StockTransfer,
)
from chalicelib.inventory.stock.tables import NO_LOT
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.schemas import default_location
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.tenant import compound
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.visibility import find, find_all, find_many
from chalicelib.kernel.work import Work


@use_case(events.RECEIVED)
def receive(work: Work, command: StockReceipt) -> StockOperation:
    """Receives goods. Invalid for unknown or archived items and locations, and for an item given twice at a
    location."""
    operation_id = work.new_id("rcv")
    return _operate(work, operation_id, rules.received(command, operation_id))


@use_case(events.ADJUSTED)
def adjust(work: Work, command: StockAdjustment) -> StockOperation:
    """Corrects quantities on hand, with a reason. InsufficientStock when more is removed than is available."""
    operation_id = work.new_id("adj")
    return _operate(work, operation_id, rules.adjusted(command, operation_id))


@use_case(events.TRANSFERRED)
def transfer(work: Work, command: StockTransfer) -> StockOperation:
    """Moves available stock between locations in one transaction. InsufficientStock lists the shortages."""
    operation_id = work.new_id("trf")
    return _operate(work, operation_id, rules.transferred(command, operation_id))


def make_room(call: Call, item_ids: Sequence[str]) -> None:
    """Marks the items whose stock will move, if they are too many to be marked in the commit that moves it."""
    if len(item_ids) > items.MOST_MARKS and not call.is_dry_run:
        commit(call, items.mark_moved_ahead, item_ids)


def _operate(work: Work, operation_id: str, moves: Sequence[Move]) -> StockOperation:
    """Checks items and locations, and moves the stock. Stock of archived items can only be removed."""
    unique_items: dict[str, str] = {}
    unique_locations: dict[str, str] = {}
    for move in moves:
        unique_items.setdefault(move.stock_key.item_id, f"{move.pointer}/item_id")
        unique_locations.setdefault(move.stock_key.location_id, f"{move.pointer}/location_id")
    work.read(
        *(items.ref(work, item_id) for item_id in unique_items),
        *(warehouses.location_ref(work.tenant, location_id) for location_id in unique_locations),
        *(balances.ref(work.tenant, move.stock_key) for move in moves),
    )
    is_incoming = any(move.quantity > 0 for move in moves)
    found = (items.active if is_incoming else items.known)(work, unique_items.items())
    rules.check_kinds(moves, found)
    rules.check_quantities(moves, {item_id: item.unit for item_id, item in found.items()})
    warehouses.active_locations(work, unique_locations.items())
    if is_incoming:
        rules.check_tracking(moves, {item_id: item.tracking for item_id, item in found.items()})
        items.mark_moved(work, found)
    after = balances.move(work, moves)
    work.annotate(entity="stock_operation", entity_id=operation_id, subjects=sorted(unique_items))
    moved = [
        StockOperationLine(
            item_id=move.stock_key.item_id,
            location_id=move.stock_key.location_id,
            quantity=move.quantity,
            on_hand=after[move.stock_key],
        )
        for move in moves
    ]
    return StockOperation(id=operation_id, moved=moved)


def page_balances(call: Call, query: BalanceQuery) -> Page[StockBalance]:
    """A page of the balances of an item, of a location, or of both."""
    rows, cursor = paginate(tables.Balance, tables.BALANCE_VIEWS, call, query)
    return Page([view_balance(row) for row in rows], cursor)


def page_ledger(call: Call, query: LedgerQuery) -> Page[StockMovement]:
    """A page of the movements of an item at a location, newest first."""
    rows, cursor = paginate(tables.Movement, tables.LEDGER_VIEWS, call, query)
    return Page([to_struct(row, StockMovement) for row in rows], cursor)


def as_of(call: Call, query: AsOfQuery) -> StockAsOf:
    """The quantity on hand at a time. Movements are sorted by time, so a binary search finds the last one of 100,000
    with 17 reads."""
    key = call.tenant.key(query.item_id)
    balance = find(call, tables.Balance, key, compound(query.location_id, NO_LOT))
    before: dict[int, tables.Movement] = {}

    def is_before(seq: int) -> bool:
        movement = find(call, tables.Movement, call.tenant.key(query.item_id, query.location_id, NO_LOT), seq)
        if movement is None or movement.at > query.at:
            return False
        before[seq] = movement
        return True

    seq = rules.last_true(balance.seq if balance else 0, is_before)
    on_hand = before[seq].balance if seq else Decimal(0)
    return StockAsOf(item_id=query.item_id, location_id=query.location_id, at=query.at, on_hand=on_hand, seq=seq)


def availability(call: Call, query: AvailabilityQuery) -> StockAvailability:
    """The available quantity of each SKU. BadRequest for more than 100."""
    skus = rules.requested_skus(query.skus)
    owners = items.find_ids_by_sku(call, skus)
    location = query.location_id
    if location is None and query.warehouse_id is not None:
        location = default_location(query.warehouse_id)
    found = items.find(call, set(owners.values()))
    parts = items.find(call, {part.item_id for item in found.values() for part in item.components})
    stocked = sorted(each.id for each in (found | parts).values() if each.kind is ItemKind.STOCKED)
    by_item: dict[str, list[tables.Balance]] = {item_id: [] for item_id in stocked}
    by_item |= _balances(call, stocked, location)
    known = {sku: found[item_id] for sku, item_id in owners.items() if item_id in found}
    data = [_available(sku, known[sku], by_item) for sku in skus if sku in known]
    return StockAvailability(data=data, unknown=[sku for sku in skus if sku not in known])


def _balances(call: Call, item_ids: Iterable[str], location_id: str | None) -> dict[str, list[tables.Balance]]:
    """The balances of items, of one location or of all."""
    if location_id is None:
        return {item_id: all_of_item(call, item_id) for item_id in item_ids}
    refs = [balances.ref(call.tenant, StockKey(item_id, location_id)) for item_id in item_ids]
    return {row.item_id: [row] for row in find_many(call, tables.Balance, refs)}


def all_of_item(call: Call, item_id: str) -> list[tables.Balance]:
    """All balances of an item that the caller may see, strongly consistent."""
    return find_all(call, tables.Balance, tables.Balance.partition == call.tenant.key(item_id))


def _available(sku: str, item: Item, by_item: Mapping[str, Sequence[tables.Balance]]) -> ItemAvailability:
    rows = by_item.get(item.id, ())
    available = {item_id: _sum_available(of_item) for item_id, of_item in by_item.items()}
    return ItemAvailability(
        sku=sku,
        item_id=item.id,
        kind=item.kind,
        on_hand=sum((row.on_hand for row in rows), Decimal(0)),
        committed=sum((row.committed for row in rows), Decimal(0)),
        available=rules.whole_kits(item.components, available)
        if item.components
        else available.get(item.id, Decimal(0)),
        locations=[view_balance(row) for row in rows],
    )


def _sum_available(rows: Sequence[tables.Balance]) -> Decimal:
    return sum((row.available for row in rows if not row.blocked), Decimal(0))


def view_balance(row: tables.Balance) -> StockBalance:
    """The API's representation of the row."""
    return to_struct(row, StockBalance, blocked=bool(row.blocked))
