"""Changes of balances: physical moves, reservations, blocks. Every change has a condition, so that no quantity becomes
negative."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.inventory.stock import tables
from chalicelib.inventory.stock.errors import InsufficientStock, StockShortage
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.stock.tables import NO_LOT, Balance, Movement
from chalicelib.inventory.warehouses.tables import Location
from chalicelib.kernel import clock
from chalicelib.kernel.decimals import bare
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.actions import Prepared, Values
from chalicelib.kernel.dynamo.attributes import Number
from chalicelib.kernel.errors import Conflict, Invalid
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.kernel.work import Work

_ZERO = Decimal(0)


class StockKey(NamedTuple):
    """An item at a location, which together identify a balance."""

    item_id: str
    location_id: str


@dataclass(frozen=True, slots=True)
class StockLevel:
    """The quantities of a balance for rules; zero if there is no balance."""

    on_hand: Decimal = _ZERO
    committed: Decimal = _ZERO
    available: Decimal = _ZERO
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A physical move of one stock key. quantity: signed. from_committed: the stock is taken from the committed quantity.
    to_committed: the stock is added to the committed quantity. pointer: the line of the command."""

    stock_key: StockKey
    quantity: Decimal
    kind: StockMovementKind
    reference: str
    reason: str | None = None
    note: str | None = None
    from_committed: bool = False
    to_committed: bool = False
    pointer: str = ""


_UNBLOCKED = Balance.blocked.does_not_exist()
_RESERVE = Prepared(
    Balance,
    lambda of: (
        [
            Balance.committed.set(Balance.committed + of["quantity"]),
            Balance.available.set(Balance.available - of["quantity"]),
            Balance.version.set(Balance.version + 1),
        ],
        (Balance.available >= of["quantity"]) & _UNBLOCKED,
    ),
    quantity="N",
)
_RELEASE = Prepared(
    Balance,
    lambda of: (
        [
            Balance.committed.set(Balance.committed - of["quantity"]),
            Balance.available.set(Balance.available + of["quantity"]),
            Balance.version.set(Balance.version + 1),
        ],
        Balance.committed >= of["quantity"],
    ),
    quantity="N",
)


def _prepared_move(quantity: Number, condition: Callable[[Values], Condition | None]) -> Prepared:
    """The update of a physical move: changes `on_hand` and `quantity` (`committed` or `available`), under the condition
    that there was no other move since the read."""

    def build(of: Values) -> tuple[list[UpdateAction], Condition]:
        changes: list[UpdateAction] = [
            Balance.on_hand.set(Balance.on_hand + of["quantity"]),
            quantity.set(quantity + of["quantity"]),
            Balance.seq.set(Balance.seq + 1),
            Balance.version.set(Balance.version + 1),
            Balance.moved_at.set(of["at"]),
        ]
        unmoved: Condition = Balance.seq == of["seq"]
        further = condition(of)
        both: Condition = unmoved if further is None else unmoved & further
        return changes, both

    return Prepared(Balance, build, quantity="N", least="N", seq="N", at="S")


_SHIP = _prepared_move(Balance.committed, lambda of: Balance.committed >= of["least"])
_TAKE = _prepared_move(Balance.available, lambda of: Balance.available >= of["least"])
_PUT = _prepared_move(Balance.available, lambda _: _UNBLOCKED)
_GIVE_BACK = _prepared_move(Balance.committed, lambda _: None)


def _update_of(entry: Move) -> Prepared:
    """The update for a move. A move to the committed quantity ignores a block, because the goods have returned."""
    if entry.quantity < 0:
        return _SHIP if entry.from_committed else _TAKE
    return _GIVE_BACK if entry.to_committed else _PUT


def ref(tenant: Tenant, stock_key: StockKey) -> store.Ref:
    """The key of a balance, for reading it together with other rows."""
    return store.Ref(Balance, tenant.key(stock_key.item_id), compound(stock_key.location_id, NO_LOT))


def rows(work: Work, stock_keys: Iterable[StockKey]) -> dict[StockKey, Balance | None]:
    """The balances of stock keys, None for each that does not exist; one round trip for each 100."""
    requested = sorted(set(stock_keys))
    found = work.read(*(ref(work.tenant, stock_key) for stock_key in requested))
    return {
        stock_key: row
        for stock_key, row in zip(requested, found, strict=True)
        if row is None or isinstance(row, Balance)
    }


def levels(work: Work, stock_keys: Iterable[StockKey]) -> dict[StockKey, StockLevel]:
    """The stock level of each stock key."""
    return {stock_key: level(row) for stock_key, row in rows(work, stock_keys).items()}


def level(row: Balance | None) -> StockLevel:
    """The stock level of a row; zero without a row."""
    return StockLevel() if row is None else StockLevel(row.on_hand, row.committed, row.available, bool(row.blocked))


def reserve(work: Work, demand: Mapping[StockKey, Decimal]) -> None:
    """Reserves stock. When less is available or the balance is blocked, the commit fails and the decision runs
    again."""
    for stock_key, quantity in sorted(demand.items()):
        if quantity > 0:
            work.add(_RESERVE.fill(ref(work.tenant, stock_key), quantity=quantity))


def release(work: Work, demand: Mapping[StockKey, Decimal]) -> None:
    """Releases committed stock."""
    for stock_key, quantity in sorted(demand.items()):
        if quantity > 0:
            work.add(_RELEASE.fill(ref(work.tenant, stock_key), quantity=quantity))


def move(work: Work, moves: Iterable[Move]) -> dict[StockKey, Decimal]:
    """Moves stock, writes a movement for each move, and returns the quantity on hand after it. InsufficientStock lists
    the shortages; Invalid when a stock key is moved twice, because a transaction may write a row only once."""
    requested = list(moves)
    if len({entry.stock_key for entry in requested}) != len(requested):
        raise Invalid("An item may be given once for a location.")
    found = rows(work, [entry.stock_key for entry in requested])
    short = shortages(requested, {stock_key: level(row) for stock_key, row in found.items()})
    if short:
        raise InsufficientStock(short)
    _require_active(work, {entry.stock_key.location_id for entry in requested if found[entry.stock_key] is None})
    return {entry.stock_key: _apply(work, entry, found[entry.stock_key]) for entry in requested}


def _require_active(work: Work, locations: Iterable[str]) -> None:
    """Adds the condition that the locations are active, for new balances, which cannot be blocked because they do not
    exist yet."""
    for location_id in sorted(locations):
        work.require(store.Ref(Location, work.tenant.key(), location_id), Location.status == LifecycleStatus.ACTIVE)


def shortages(moves: Iterable[Move], there: Mapping[StockKey, StockLevel]) -> list[StockShortage]:
    """The shortages of moves that remove available stock. Moves from the committed quantity have none."""
    return [
        StockShortage(
            pointer=entry.pointer,
            item_id=entry.stock_key.item_id,
            location_id=entry.stock_key.location_id,
            wanted=-entry.quantity,
            available=there[entry.stock_key].available,
        )
        for entry in moves
        if entry.quantity < 0 and not entry.from_committed and there[entry.stock_key].available < -entry.quantity
    ]


def _apply(work: Work, entry: Move, row: Balance | None) -> Decimal:
    """Writes one balance and its movement, under the condition that `seq` has not changed since the read."""
    before = level(row)
    after = bare(before.on_hand + entry.quantity)
    seq = (row.seq if row else 0) + 1
    at = max(work.now, row.moved_at) if row else work.now
    if row is None:
        work.insert(_new(work, entry, seq))
    else:
        work.add(
            _update_of(entry).fill(
                ref(work.tenant, entry.stock_key),
                quantity=entry.quantity,
                least=-entry.quantity,
                seq=row.seq,
                at=clock.text(at),
            )
        )
    movement = Movement(
        partition=work.tenant.key(entry.stock_key.item_id, entry.stock_key.location_id, NO_LOT),
        seq=seq,
        kind=entry.kind,
        quantity=entry.quantity,
        balance=after,
        at=at,
        reference=entry.reference,
        reason=entry.reason,
        note=entry.note,
        actor=work.call.actor,
    )
    work.insert(movement)
    return after


def _new(work: Work, entry: Move, seq: int) -> Balance:
    committed = entry.quantity if entry.to_committed else _ZERO
    return Balance(
        partition=work.tenant.key(entry.stock_key.item_id),
        location_lot=compound(entry.stock_key.location_id, NO_LOT),
        item_id=entry.stock_key.item_id,
        location_id=entry.stock_key.location_id,
        location_key=work.tenant.key(entry.stock_key.location_id),
        on_hand=entry.quantity,
        committed=committed,
        available=entry.quantity - committed,
        seq=seq,
        version=1,
        moved_at=work.now,
    )


def at_location(work: Work, location_id: str) -> list[Balance]:
    """The balances of a location, sorted by item; the index is eventually consistent."""
    key = tables.ByLocation.location_key == work.tenant.key(location_id)
    return list(store.query_all(Balance, key, index="by_location"))


def block_empty(work: Work, row: Balance) -> None:
    """Blocks new reservations and receipts of an empty balance. Conflict while it has stock."""
    if row.on_hand != 0 or row.committed != 0:
        raise Conflict("Stock still lies at this location; transfer it first.")
    condition = (Balance.seq == row.seq) & (Balance.on_hand == _ZERO) & (Balance.committed == _ZERO)
    work.change(store.ref_of(row), Balance.blocked.set(True), condition=condition)


def unblock(work: Work, row: Balance) -> None:
    """Allows new reservations and receipts again."""
    work.change(store.ref_of(row), Balance.blocked.remove())
