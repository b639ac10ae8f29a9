"""How far a self-check is. It goes on in pieces, and what is carried from one to the next is small."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from chalicelib.inventory.stock.balances import StockKey
from chalicelib.inventory.stock.reconciliation import LedgerSum

MOST_SUSPECTS = 200
"""So many stock keys are looked at twice by one check; one that finds more says that it is incomplete."""


class Stage(StrEnum):
    """In this order. The first two find what may be wrong; if there is anything, the others look at it twice."""

    ITEMS = "items"
    ORDERS = "orders"
    FIRST_HOLDERS = "first_holders"
    FIRST_LOOK = "first_look"
    SECOND_HOLDERS = "second_holders"
    SECOND_LOOK = "second_look"
    DONE = "done"


_ORDER = list(Stage)


class Suspect(msgspec.Struct):
    """An item at a location whose balance may be wrong.

    held: what orders hold of it, as far as they were walked. holders: a hash over the orders that hold it, with their
    versions and quantities, so that two looks are known to have seen the same orders. signs: the `sign` of every
    difference that the first look found.
    """

    item_id: str
    location_id: str
    held: Decimal = Decimal(0)
    holders: str = ""
    signs: list[str] = []

    @property
    def stock_key(self) -> StockKey:
        return StockKey(self.item_id, self.location_id)


class Checkpoint(msgspec.Struct):
    """What is carried from one piece of the check to the next.

    after: the item, order or suspect done last. location: the location done last of the item that comes next. ledger:
    the sum of the movements that were walked of the stock key that comes next.
    """

    stage: Stage = Stage.ITEMS
    after: str = ""
    location: str = ""
    ledger: LedgerSum | None = None
    suspects: dict[str, Suspect] = {}
    balances: int = 0
    movements: int = 0
    orders: int = 0
    is_incomplete: bool = False

    def next_stage(self) -> None:
        """Goes on to the next stage; without any suspect to the end, because there is nothing to look at twice."""
        if self.stage is Stage.FIRST_LOOK:
            self.suspects = {name: suspect for name, suspect in self.suspects.items() if suspect.signs}
        following = _ORDER[_ORDER.index(self.stage) + 1]
        self.stage = following if self.suspects or following is Stage.ORDERS else Stage.DONE
        self.after = self.location = ""
        if self.stage in (Stage.FIRST_HOLDERS, Stage.SECOND_HOLDERS):
            for suspect in self.suspects.values():
                suspect.held, suspect.holders = Decimal(0), ""

    def suspect(self, stock_key: StockKey) -> None:
        """Has a stock key looked at twice."""
        name = name_of(stock_key)
        if name in self.suspects:
            return
        if len(self.suspects) >= MOST_SUSPECTS:
            self.is_incomplete = True
            return
        self.suspects[name] = Suspect(stock_key.item_id, stock_key.location_id)


def name_of(stock_key: StockKey) -> str:
    """The stock key as a key of `suspects`, which are looked at in this order."""
    return f"{stock_key.item_id}/{stock_key.location_id}"
