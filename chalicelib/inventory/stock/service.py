"""Use cases of stock."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from chalicelib.catalog.items import service as items
from chalicelib.inventory.stock import balances, events, tables
from chalicelib.inventory.stock.balances import Move, StockKey
from chalicelib.inventory.stock.schemas import (
    MAX_SKU_LENGTH,
    MAX_SKUS,
    Adjustment,
    AsOf,
    AsOfQuery,
    Availability,
    AvailabilityQuery,
    Available,
    Balance,
    BalanceQuery,
    LedgerQuery,
    Moved,
    Movement,
    MovementKind,
    Operation,
    Receipt,
    Transfer,
)
from chalicelib.inventory.stock.tables import NO_LOT
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.schemas import default_location
from chalicelib.kernel import uniques, visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import BadRequest, FieldError, Invalid
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.tenant import compound
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work


@use_case(events.RECEIVED)
def receive(work: Work, command: Receipt) -> Operation:
    """Adds goods. Invalid for unknown or archived items and locations, and for a place given twice."""
    operation = work.new_id("rcv")
    moves = [
        Move(
            stock_key=StockKey(line.item_id, line.location_id),
            quantity=line.quantity,
            kind=MovementKind.RECEIPT,
            reference=command.reference or operation,
            note=command.note,
            pointer=f"/lines/{index}",
        )
        for index, line in enumerate(command.lines)
    ]
    return _operate(work, operation, moves)


@use_case(events.ADJUSTED)
def adjust(work: Work, command: Adjustment) -> Operation:
    """Corrects what is on hand, with a reason. InsufficientStock when more would go than is free."""
    zero = [
        FieldError(f"/lines/{i}/change", "zero", "Nothing to change.")
        for i, e in enumerate(command.lines)
        if not e.change
    ]
    if zero:
        raise Invalid(errors=zero)
    operation = work.new_id("adj")
    moves = [
        Move(
            stock_key=StockKey(line.item_id, line.location_id),
            quantity=line.change,
            kind=MovementKind.ADJUSTMENT,
            reference=command.reference or operation,
            reason=command.reason,
            note=command.note,
            pointer=f"/lines/{index}",
        )
        for index, line in enumerate(command.lines)
    ]
    return _operate(work, operation, moves)


@use_case(events.TRANSFERRED)
def transfer(work: Work, command: Transfer) -> Operation:
    """Moves free stock between locations, both sides at once. InsufficientStock names what is short."""
    same = [
        FieldError(f"/lines/{index}/to_location_id", "same_location", "Source and destination are the same.")
        for index, line in enumerate(command.lines)
        if line.from_location_id == line.to_location_id
    ]
    if same:
        raise Invalid(errors=same)
    operation = work.new_id("trf")
    moves: list[Move] = []
    for index, line in enumerate(command.lines):
        for location, sign, kind in (
            (line.from_location_id, -1, MovementKind.TRANSFER_OUT),
            (line.to_location_id, 1, MovementKind.TRANSFER_IN),
        ):
            stock_key = StockKey(line.item_id, location)
            reference = command.reference or operation
            quantity = line.quantity * sign
            moves.append(Move(stock_key, quantity, kind, reference, note=command.note, pointer=f"/lines/{index}"))
    return _operate(work, operation, moves)


def _operate(work: Work, operation: str, moves: Sequence[Move]) -> Operation:
    """Checks items and places, moves, and says what was done."""
    _refuse_repeats(moves)
    incoming = [move for move in moves if move.quantity > 0]
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
    if incoming:
        items.active(work, unique_items.items())
    else:
        items.known(work, unique_items.items())
    warehouses.active_locations(work, unique_locations.items())
    after = balances.move(work, moves)
    work.annotate(entity="stock_operation", entity_id=operation, subjects=sorted(unique_items))
    moved = [
        Moved(
            item_id=move.stock_key.item_id,
            location_id=move.stock_key.location_id,
            quantity=move.quantity,
            on_hand=after[move.stock_key],
        )
        for move in moves
    ]
    return Operation(id=operation, moved=moved)


def _refuse_repeats(moves: Sequence[Move]) -> None:
    seen: set[StockKey] = set()
    problems = []
    for move in moves:
        if move.stock_key in seen:
            problems.append(FieldError(move.pointer, "repeated", "This item and location are given twice."))
        seen.add(move.stock_key)
    if problems:
        raise Invalid(errors=problems)


def page_balances(call: Call, query: BalanceQuery) -> Page[Balance]:
    """A page of the balances of an item, of a location, or of both."""
    rows, cursor = paginate(tables.Balance, tables.BALANCE_VIEWS, call, query)
    return Page([view_balance(row) for row in rows], cursor)


def page_ledger(call: Call, query: LedgerQuery) -> Page[Movement]:
    """A page of the movements of an item at a location, newest first."""
    rows, cursor = paginate(tables.Movement, tables.LEDGER_VIEWS, call, query)
    return Page([view_movement(row) for row in rows], cursor)


def as_of(call: Call, query: AsOfQuery) -> AsOf:
    """What was on hand at a time: halves the dense sequence, so 100,000 movements take 17 reads."""
    balance = visibility.find(call, tables.Balance, call.tenant.key(query.item_id), compound(query.location_id, NO_LOT))
    low, high = 0, balance.seq if balance else 0
    found: tables.Movement | None = None
    while low < high:
        middle = (low + high + 1) // 2
        movement = _movement(call, query.item_id, query.location_id, middle)
        if movement is not None and movement.at <= query.at:
            low, found = middle, movement
        else:
            high = middle - 1
    on_hand = found.balance if found else Decimal(0)
    return AsOf(item_id=query.item_id, location_id=query.location_id, at=query.at, on_hand=on_hand, seq=low)


def _movement(call: Call, item_id: str, location_id: str, seq: int) -> tables.Movement | None:
    return store.get(tables.Movement, call.tenant.key(item_id, location_id, NO_LOT), seq)


def availability(call: Call, query: AvailabilityQuery) -> Availability:
    """What can be promised of each SKU. BadRequest for more than 100."""
    skus = list(dict.fromkeys(sku.strip() for sku in query.skus.split(",") if sku.strip()))
    if not 0 < len(skus) <= MAX_SKUS:
        detail = f"Give 1 to {MAX_SKUS} SKUs."
        raise BadRequest(detail, errors=[FieldError("/query/skus", "wrong_count", detail)])
    # No SKU is longer; the store would refuse a very long one as a key.
    owners = uniques.owners(call.tenant, "sku", [sku for sku in skus if len(sku) <= MAX_SKU_LENGTH])
    location = query.location_id
    if location is None and query.warehouse_id is not None:
        location = default_location(query.warehouse_id)
    by_item = _balances(call, owners.values(), location)
    data = [_available(sku, owners[sku], by_item.get(owners[sku], [])) for sku in skus if sku in owners]
    return Availability(data=data, unknown=[sku for sku in skus if sku not in owners])


def _balances(call: Call, item_ids: Iterable[str], location: str | None) -> dict[str, list[tables.Balance]]:
    if location is not None:
        refs = [balances.ref(call.tenant, StockKey(item_id, location)) for item_id in item_ids]
        found = (tables.Balance.read(item) for item in store.get_many(refs).values() if item is not None)
        return {row.item_id: [row] for row in visibility.visible(call, found)}
    return {item_id: all_of_item(call, item_id) for item_id in item_ids}


def all_of_item(call: Call, item_id: str) -> list[tables.Balance]:
    """Every balance of an item that the caller sees, strongly read."""
    return visibility.visible(
        call, store.query_all(tables.Balance, tables.Balance.partition == call.tenant.key(item_id))
    )


def _available(sku: str, item_id: str, rows: Sequence[tables.Balance]) -> Available:
    return Available(
        sku=sku,
        item_id=item_id,
        on_hand=sum((row.on_hand for row in rows), Decimal(0)),
        reserved=sum((row.reserved for row in rows), Decimal(0)),
        available=sum((row.available for row in rows if not row.blocked), Decimal(0)),
        locations=[view_balance(row) for row in rows],
    )


def view_balance(row: tables.Balance) -> Balance:
    """The row as the API shows it."""
    return Balance(
        item_id=row.item_id,
        location_id=row.location_id,
        on_hand=row.on_hand,
        reserved=row.reserved,
        available=row.available,
        blocked=bool(row.blocked),
        moved_at=row.moved_at,
        version=row.version,
    )


def view_movement(row: tables.Movement) -> Movement:
    """The row as the API shows it."""
    return Movement(
        seq=row.seq,
        kind=row.kind,
        quantity=row.quantity,
        balance=row.balance,
        at=row.at,
        reference=row.reference,
        reason=row.reason,
        note=row.note,
        actor=row.actor,
    )
