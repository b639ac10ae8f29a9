"""Rules of the reports on stock, without access to the store."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.stock.tables import Movement

_ZERO = Decimal(0)
_BROUGHT = (StockMovementKind.OPENING, StockMovementKind.RECEIPT, StockMovementKind.TRANSFER_IN)
"""What brings goods; with the opposite sign it takes back what it brought."""
AGES = (("days_0_30", 30), ("days_31_60", 60), ("days_61_90", 90), ("days_91_180", 180))
OLDER = "days_over_180"


class Layer(NamedTuple):
    """What came at a time."""

    at: datetime
    quantity: Decimal


def layers(movements: Sequence[Movement], *, is_all: bool) -> Iterator[Layer]:
    """What came into a warehouse, the newest first, by its movements, the newest first. is_all: whether these are all;
    else some of the last document may be missing, which is left out.

    What is moved within the warehouse does not come, nor does what is taken back into it, which had come before. What
    was brought and taken back has not come.
    """
    groups = [list(each) for _, each in groupby(movements, key=lambda row: (row.document_id, row.at))]
    taken_back: dict[StockMovementKind, Decimal] = defaultdict(Decimal)
    for group in groups if is_all else groups[:-1]:
        kind = next((row.kind for row in group if row.kind in _BROUGHT), group[0].kind)
        brought = sum((row.quantity for row in group if row.kind is kind), _ZERO)
        net = sum((row.quantity for row in group), _ZERO)
        if kind in _BROUGHT and brought < 0:
            taken_back[kind] -= min(net, _ZERO)
        elif net > 0 and (kind in _BROUGHT or kind is StockMovementKind.ADJUSTMENT):
            undone = min(net, taken_back[kind])
            taken_back[kind] -= undone
            if net > undone:
                yield Layer(group[0].at, net - undone)


def remaining(came: Iterable[Layer], on_hand: Decimal) -> list[Layer]:
    """What is left on hand of what came, the newest first, if what came first leaves first."""
    left = []
    for layer in came:
        quantity = min(layer.quantity, on_hand)
        if quantity <= 0:
            break
        left.append(Layer(layer.at, quantity))
        on_hand -= quantity
    return left


def by_age(days: Iterable[tuple[int, Decimal]]) -> dict[str, Decimal]:
    """The quantities of each age, from pairs of days and quantity."""
    found = dict.fromkeys((*(name for name, _ in AGES), OLDER), _ZERO)
    for age, quantity in days:
        found[next((name for name, most in AGES if age <= most), OLDER)] += quantity
    return found
