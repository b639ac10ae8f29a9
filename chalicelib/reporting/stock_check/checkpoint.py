"""How far a self-check is. It goes on in pieces, and what is carried from one to the next is small."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

import msgspec

from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.reconciliation import LedgerSum

MOST_KEYS = 2000
"""What orders hold is added up for so many stock keys at a time: about 150 KB, of which 30 KB are stored."""
MOST_SUSPECTS = 200
"""So many suspects are looked at twice at a time."""


class Stage(StrEnum):
    """In this order, for one window of items after the other. The first two find what may be wrong; if there is
    anything, the others look at it twice."""

    ORDERS = "orders"
    ITEMS = "items"
    FIRST_HOLDERS = "first_holders"
    FIRST_LOOK = "first_look"
    SECOND_HOLDERS = "second_holders"
    SECOND_LOOK = "second_look"
    DONE = "done"


_ORDER = list(Stage)


class Claims(msgspec.Struct, array_like=True):
    """What orders hold of a stock key, and what they wait for."""

    held: Decimal = Decimal(0)
    waits: Decimal = Decimal(0)

    def add(self, other: "Claims") -> None:
        """Adds what others hold and wait for."""
        self.held += other.held
        self.waits += other.waits


class Suspect(msgspec.Struct):
    """A stock row that may be wrong; without a key, an order that may wait for something else than its rows say.

    claims: what orders hold of it and wait for, as far as they were walked. holders: a hash over these orders, with
    their versions and quantities, so that two looks are known to have seen the same orders. signs: the `sign` of every
    difference that the first look found.
    """

    stock_key: StockKey | None
    claims: Claims = msgspec.field(default_factory=Claims)
    holders: str = ""
    signs: list[str] = []


class Checkpoint(msgspec.Struct):
    """What is carried from one piece of the check to the next.

    begin / end: the window has the items behind `begin`, up to and with `end`, which is empty as long as it has all the
    rest. claims: of the orders, in the window, by item and warehouse. after: the item, order or suspect done last.
    warehouse: the one done last of the item that comes next. ledger: the sum of the movements that were walked of
    the stock key that comes next. is_incomplete: more was found than one check can report.
    """

    stage: Stage = Stage.ORDERS
    begin: str = ""
    end: str = ""
    claims: dict[str, dict[str, Claims]] = {}
    after: str = ""
    warehouse: str = ""
    ledger: LedgerSum | None = None
    suspects: dict[str, Suspect] = {}
    rows: int = 0
    movements: int = 0
    orders: int = 0
    is_incomplete: bool = False

    def has(self, item_id: str) -> bool:
        """Whether an item is in the window."""
        return item_id > self.begin and (not self.end or item_id <= self.end)

    def add(self, claims: Mapping[StockKey, Claims]) -> None:
        """Adds what an order holds in the window, and what it waits for."""
        for key, claimed in claims.items():
            if self.has(key.item_id):
                self.claims.setdefault(key.item_id, {}).setdefault(key.warehouse_id, Claims()).add(claimed)

    def narrow(self) -> None:
        """Ends the window before the item with which it has too many stock keys, but not before its first item."""
        kept: dict[str, dict[str, Claims]] = {}
        keys = 0
        for item_id in sorted(self.claims):
            keys += len(self.claims[item_id])
            if kept and keys > MOST_KEYS:
                self.claims, self.end = kept, max(kept)
                return
            kept[item_id] = self.claims[item_id]

    def suspect_stock(self, stock_key: StockKey) -> None:
        """Has a stock row looked at twice."""
        self._suspect(name_of(stock_key), stock_key)

    def suspect_order(self, order_id: str) -> None:
        """Has it looked at twice what an order waits for."""
        self._suspect(order_id, None)

    def _suspect(self, name: str, stock_key: StockKey | None) -> None:
        if name in self.suspects:
            return
        if len(self.suspects) >= MOST_SUSPECTS:
            self.is_incomplete = True
            return
        self.suspects[name] = Suspect(stock_key)

    def next_stage(self) -> None:
        """Goes on to the next stage, or to the next window when there is nothing left to look at in this one."""
        if self.stage is Stage.FIRST_LOOK:
            self.suspects = {name: suspect for name, suspect in self.suspects.items() if suspect.signs}
        self.after = self.warehouse = ""
        if self.stage is Stage.ORDERS:
            self.stage, self.after = Stage.ITEMS, self.begin
        elif self.suspects and self.stage is not Stage.SECOND_LOOK:
            self.stage = _ORDER[_ORDER.index(self.stage) + 1]
            self.claims = {}
        else:
            self.stage = Stage.ORDERS if self.end else Stage.DONE
            self.begin, self.end, self.claims, self.suspects = self.end, "", {}, {}
        if self.stage in (Stage.FIRST_HOLDERS, Stage.SECOND_HOLDERS):
            for suspect in self.suspects.values():
                suspect.claims, suspect.holders = Claims(), ""


def name_of(stock_key: StockKey) -> str:
    """The name of a stock row as a suspect; that of an order is its id. They are looked at in the order of names."""
    return f"{stock_key.item_id}/{stock_key.warehouse_id}"
