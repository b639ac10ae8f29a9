"""Physical moves of stock. All moves of a commit change each stock row once, write a movement each, and raise its `seq`
by their number, so that whoever read the row before decides again."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from chalicelib.inventory.stock import bins, levels, tables, updates
from chalicelib.inventory.stock.bins import BinKey, BinPlan
from chalicelib.inventory.stock.errors import InsufficientStock, StockShortage
from chalicelib.inventory.stock.levels import Level, StockKey
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.stock.tables import Movement, Stock
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel import clock
from chalicelib.kernel.decimals import bare
from chalicelib.kernel.dynamo.actions import Ref
from chalicelib.kernel.work import Work

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Move:
    """A physical move of an item at a place.

    quantity: signed. is_committed: it leaves or comes back as committed stock. is_fact: it has happened already, as a
    count has found, so that available stock may fall below zero. is_picked: a shipment has marked what leaves its bin.
    document_id / line: what moved it, and which line of that. effective_on: the day on which it happened, if not today.
    actor: who moves it, if not the caller. pointer: the line of the command. sku: for messages.
    """

    item_id: str
    place: Place
    quantity: Decimal
    kind: StockMovementKind
    document_id: str
    line: int | None = None
    reference: str | None = None
    reason: str | None = None
    effective_on: date | None = None
    is_committed: bool = False
    is_fact: bool = False
    is_picked: bool = False
    actor: str = ""
    pointer: str = ""
    sku: str = ""

    @property
    def key(self) -> StockKey:
        """The stock row that it changes."""
        return StockKey(self.item_id, self.place.warehouse_id)

    @property
    def bin_key(self) -> BinKey:
        """The bin that it changes, unless its place is a default location."""
        return self.item_id, self.place

    @property
    def held(self) -> Decimal:
        """What it adds to held stock."""
        return self.quantity if self.place.zone.is_held else _ZERO

    @property
    def free(self) -> Decimal:
        """What it adds to available stock."""
        return self.quantity - self.held - (self.quantity if self.is_committed else _ZERO)


class Moved(NamedTuple):
    """What came of a move: the quantity on hand at its place afterwards, and the number of its movement."""

    on_hand: Decimal
    seq: int


def move(work: Work, moves: Sequence[Move], *, is_receipt: bool = False, archived: Collection[str] = ()) -> list[Moved]:
    """Moves stock, outs first, and writes a movement for each move. Returns what came of each. InsufficientStock lists
    the shortages. is_receipt: refuses items that are archived meanwhile. archived: ids of items that are; nothing of
    them is committed where they come for the first time."""
    plan = _Plan(work, moves)
    if plan.short:
        raise InsufficientStock(plan.short)
    plan.write(is_receipt=is_receipt, archived=archived)
    return plan.moved


def shortages(work: Work, moves: Sequence[Move]) -> list[StockShortage]:
    """What would be short if stock were moved so; nothing is moved."""
    return _Plan(work, moves).short


class _Plan:
    """What becomes of all rows that moves change."""

    def __init__(self, work: Work, moves: Sequence[Move]) -> None:
        self._work = work
        by_key: dict[StockKey, list[int]] = defaultdict(list)
        for index in sorted(range(len(moves)), key=lambda index: moves[index].quantity > 0):
            by_key[moves[index].key].append(index)
        work.fetch(*refs(work, moves))
        self._rows = levels.rows(work, by_key)
        self._bins = bins.plans(work, (each.bin_key for each in moves if not each.place.is_loose))
        self._of_keys = {key: _KeyPlan(work, key, levels.level(row), self._bins) for key, row in self._rows.items()}
        self.moved = [Moved(_ZERO, 0)] * len(moves)
        self.short: list[StockShortage] = []
        for key, indexes in by_key.items():
            for index in indexes:
                self.moved[index] = self._of_keys[key].add(moves[index])
            self.short += self._of_keys[key].shortages()

    def write(self, *, is_receipt: bool, archived: Collection[str]) -> None:
        """Writes the rows and the movements."""
        for key, plan in self._of_keys.items():
            plan.write(self._rows[key], is_receipt=is_receipt, is_blocked=key.item_id in archived)
        bins.write(self._work, self._bins.values())


def there(work: Work, keys: Iterable[BinKey]) -> dict[BinKey, Decimal]:
    """What is on hand at places, by item and place."""
    requested = list(dict.fromkeys(keys))
    rows = levels.levels(work, [StockKey(item_id, place.warehouse_id) for item_id, place in requested])
    planned = bins.plans(work, [key for key in requested if not key[1].is_loose])
    return {
        key: rows[StockKey(key[0], key[1].warehouse_id)].loose if key[1].is_loose else planned[key].on_hand
        for key in requested
    }


def refs(work: Work, moves: Iterable[Move]) -> list[Ref]:
    """The keys of the rows that moves change, for reading them together with others."""
    found = [levels.ref(work.tenant, each.key) for each in moves]
    return found + [bins.bin_ref(work.tenant, each.bin_key) for each in moves if not each.place.is_loose]


class _KeyPlan:
    """What becomes of one stock row: moves are added one by one, then all are written."""

    def __init__(self, work: Work, key: StockKey, before: Level, of_bins: Mapping[BinKey, BinPlan]) -> None:
        self._work, self._key, self._before, self._bins = work, key, before, of_bins
        self._moves: list[tuple[Move, _After]] = []
        self._on_hand, self._loose = before.on_hand, before.loose
        self._committed = self._held = self._refusable = _ZERO
        self._short: dict[str, StockShortage] = {}

    def add(self, entry: Move) -> Moved:
        """Adds a move, and returns what comes of it."""
        self._on_hand += entry.quantity
        self._committed += entry.quantity if entry.is_committed else _ZERO
        self._held += entry.held
        self._refusable += _ZERO if entry.is_fact else entry.free
        in_bin = None if entry.place.is_loose else self._add_to_bin(entry)
        self._loose += entry.quantity if in_bin is None else _ZERO
        there = bare(self._loose) if in_bin is None else in_bin
        is_early = in_bin is None and self._is_early(entry)
        if there < 0 and entry.quantity < 0 and not is_early:
            self._note_short(entry, there - entry.quantity)
        self._moves.append((entry, _After(bare(self._on_hand), bare(self._loose), in_bin)))
        return Moved(there, self._before.seq + len(self._moves))

    def _add_to_bin(self, entry: Move) -> Decimal:
        plan = self._bins[entry.bin_key]
        plan.change += entry.quantity
        if entry.is_picked:
            plan.unpicked -= entry.quantity
        elif entry.quantity < 0 and not entry.is_fact:
            plan.taken -= entry.quantity
            if plan.free < 0:
                self._note_short(entry, plan.free - entry.quantity)
        return bare(plan.on_hand)

    def _is_early(self, entry: Move) -> bool:
        """Whether it may leave for a customer before it is received."""
        return self._before.ships_before_receipt and entry.kind is StockMovementKind.SHIPMENT

    def shortages(self) -> list[StockShortage]:
        """What is short: at places, or free stock of the warehouse, or goods to ship that are not there any more."""
        outs = [entry for entry, _ in self._moves if entry.quantity < 0]
        there = self._before.on_hand - self._before.held
        for entry in outs:
            if entry.is_committed and there < -self._committed and not self._is_early(entry):
                self._note_short(entry, max(_ZERO, there))
            elif not entry.is_committed and not entry.is_fact and self._need > self._promisable:
                self._note_short(entry, self._promisable, self._need)
        return list(self._short.values())

    @property
    def _need(self) -> Decimal:
        """What the moves that can be refused take from available stock."""
        return max(_ZERO, -self._refusable)

    @property
    def _promisable(self) -> Decimal:
        return max(_ZERO, self._before.available - self._before.waiting)

    def _note_short(self, entry: Move, available: Decimal, wanted: Decimal | None = None) -> None:
        self._short.setdefault(
            entry.pointer,
            StockShortage(
                pointer=entry.pointer,
                item_id=entry.item_id,
                warehouse_id=entry.place.warehouse_id,
                location_id=entry.place.location_id,
                wanted=-entry.quantity if wanted is None else wanted,
                available=max(_ZERO, available),
                sku=entry.sku,
            ),
        )

    @property
    def _ships(self) -> bool:
        """Whether goods leave for a customer."""
        return any(entry.kind is StockMovementKind.SHIPMENT for entry, _ in self._moves)

    def write(self, row: Stock | None, *, is_receipt: bool, is_blocked: bool) -> None:
        """Writes the stock row and the movements."""
        work, before = self._work, self._before
        at = max(work.now, row.moved_at) if row is not None and row.moved_at is not None else work.now
        on_hand = self._on_hand - before.on_hand
        change = {
            "on_hand": on_hand,
            "committed": self._committed,
            "held": self._held,
            "available": on_hand - self._committed - self._held,
            "loose": self._loose - before.loose,
        }
        last = before.seq + len(self._moves)
        if row is None:
            new = levels.new_row(work.tenant, self._key, **change)
            new.seq, new.moved_at, new.blocked = last, at, is_blocked or None
            place = self._moves[0][0].place
            new.kept, new.ships_before_receipt = place.is_kept or None, place.ships_before_receipt or None
            work.insert(new)
        else:
            guard: dict[str, Decimal] = {"least_committed": max(_ZERO, -self._committed)}
            prepared = updates.PUT if is_receipt else updates.MOVE
            if self._need:
                prepared = updates.TAKE
                guard |= {"least_available": self._need + before.waiting, "waiting": before.waiting}
            name = levels.ref(work.tenant, self._key)
            work.add(prepared[self._ships].fill(name, **change, **guard, next=last, seq=before.seq, at=clock.text(at)))
        for seq, (entry, after) in enumerate(self._moves, before.seq + 1):
            work.insert(self._movement(seq, entry, after, at))

    def _movement(self, seq: int, entry: Move, after: "_After", at: datetime) -> Movement:
        tenant, is_loose = self._work.tenant, entry.place.is_loose
        return Movement(
            partition=tables.movements_key(tenant, *self._key),
            seq=seq,
            kind=entry.kind,
            quantity=entry.quantity,
            balance=after.balance,
            loose=after.loose,
            bin_id=None if is_loose else entry.place.location_id,
            bin_key=None if is_loose else tenant.key(entry.item_id, entry.place.location_id),
            bin_balance=after.in_bin,
            at=at,
            document_id=entry.document_id,
            line=entry.line,
            reference=entry.reference,
            reason=entry.reason,
            effective_on=entry.effective_on,
            actor=entry.actor or self._work.call.actor,
        )


class _After(NamedTuple):
    """What is on hand after a move: in the warehouse, at its default location, and in the bin that it changed."""

    balance: Decimal
    loose: Decimal
    in_bin: Decimal | None
