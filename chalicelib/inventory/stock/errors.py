"""Errors of stock."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

import msgspec

from chalicelib.kernel.decimals import plain
from chalicelib.kernel.errors import Conflict, FieldError


class Shortage(msgspec.Struct, frozen=True, kw_only=True):
    """A shortage of an item at a location. `pointer` is the line of the request."""

    pointer: str
    item_id: str
    location_id: str
    wanted: Decimal
    available: Decimal
    sku: str = ""

    def sentence(self) -> str:
        name = self.sku or self.item_id
        return f"{plain(self.wanted)} of {name} wanted, {plain(self.available)} available at {self.location_id}."


class InsufficientStock(Conflict):
    """Lists line, item, wanted and available quantity of every shortage. Raised only after reading the current
    balances."""

    code = "insufficient_stock"
    title = "There is not enough stock"
    extra: ClassVar[Mapping[str, Any]] = {"shortages": list[Shortage]}

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        errors = [FieldError(short.pointer, "insufficient_stock", short.sentence()) for short in shortages]
        super().__init__(" ".join(short.sentence() for short in shortages[:5]), errors=errors)
        self.shortages = tuple(shortages)

    def members(self) -> dict[str, Any]:
        shown = []
        for short in self.shortages:
            entry = msgspec.structs.asdict(short)
            shown.append(entry | {"wanted": plain(short.wanted), "available": plain(short.available)})
        return {"shortages": shown}


class BalanceMoved(Conflict):
    """The balance has changed since it was checked; the next check reads it again."""

    code = "balance_moved"
    title = "The balance has changed meanwhile"
