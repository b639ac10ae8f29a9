"""How far a self-check is. It goes on in pieces, and what is carried from one to the next is small."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from chalicelib.inventory.stock.balances import StockKey
from chalicelib.inventory.stock.reconciliation import Sum

MOST_SUSPECTS = 200
"""Places looked at twice by one check; a check that finds more says that it is incomplete."""


class Stage(StrEnum):
    """In this order. The first two find places that may be wrong; if there are any, the others look at them twice."""

    ITEMS = "items"
    ORDERS = "orders"
    FIRST_HOLDERS = "first_holders"
    FIRST_LOOK = "first_look"
    SECOND_HOLDERS = "second_holders"
    SECOND_LOOK = "second_look"
    DONE = "done"


_ORDER = list(Stage)


class Suspect(msgspec.Struct):
    """A place that may be wrong. `held`: what orders hold, as far as they were walked; `holders`: a hash over which
    orders at which versions; `signs`: what the first look saw."""

    item_id: str
    location_id: str
    held: Decimal = Decimal(0)
    holders: str = ""
    signs: list[str] = []

    @property
    def stock_key(self) -> StockKey:
        return StockKey(self.item_id, self.location_id)


class Checkpoint(msgspec.Struct):
    """`after`: the item, order or suspect done last; `location`: of the item at hand; `ledger`: the sum of the place at
    hand, as far as its movements were walked."""

    stage: Stage = Stage.ITEMS
    after: str = ""
    location: str = ""
    ledger: Sum | None = None
    suspects: dict[str, Suspect] = {}
    balances: int = 0
    movements: int = 0
    orders: int = 0
    is_incomplete: bool = False

    def next_stage(self) -> None:
        """Goes on; without any suspect there is nothing to look at twice."""
        if self.stage is Stage.FIRST_LOOK:
            self.suspects = {name: suspect for name, suspect in self.suspects.items() if suspect.signs}
        following = _ORDER[_ORDER.index(self.stage) + 1]
        self.stage = following if self.suspects or following is Stage.ORDERS else Stage.DONE
        self.after = self.location = ""
        if self.stage in (Stage.FIRST_HOLDERS, Stage.SECOND_HOLDERS):
            for suspect in self.suspects.values():
                suspect.held, suspect.holders = Decimal(0), ""

    def suspect(self, stock_key: StockKey) -> None:
        """Wants a place looked at twice."""
        name = name_of(stock_key)
        if name in self.suspects:
            return
        if len(self.suspects) >= MOST_SUSPECTS:
            self.is_incomplete = True
            return
        self.suspects[name] = Suspect(stock_key.item_id, stock_key.location_id)


def name_of(stock_key: StockKey) -> str:
    """The place as a key of the suspects; they are looked at in its order."""
    return f"{stock_key.item_id}/{stock_key.location_id}"
