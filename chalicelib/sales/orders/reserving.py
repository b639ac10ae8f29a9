"""What an order's lines hold of the stock of one item at one location, moved with its balance."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from chalicelib.inventory.stock import balances
from chalicelib.inventory.stock.balances import StockKey, StockLevel
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import rules
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.rules import Want
from chalicelib.sales.orders.schemas import Reservation
from chalicelib.sales.orders.tables import LineState

_NOTHING = Decimal(0)


def by_stock_key(wants: Iterable[Want]) -> dict[StockKey, list[int]]:
    """The places of the lines that want each stock key, in key order."""
    found: dict[StockKey, list[int]] = defaultdict(list)
    for index, want in enumerate(wants):
        found[want.stock_key].append(index)
    return dict(sorted(found.items()))


class Reserving:
    """Reserves for an order, stock key by stock key. `levels` are read once for all of them.

    Raises InsufficientStock at once, naming everything that is short, when the policy is `full`.
    """

    def __init__(self, work: Work, order: Order, policy: Reservation) -> None:
        self._work = work
        self._order = order
        self._wants = order.wants()
        self._lines = by_stock_key(self._wants)
        self._former = order.former_wants()
        self._former_lines = by_stock_key(self._former)
        self._levels = balances.levels(work, self.stock_keys)
        if policy is Reservation.FULL:
            rules.allocate(self._wants, self._levels, policy, self._given_up())

    @property
    def stock_keys(self) -> list[StockKey]:
        """Everything that lines want, or wanted before an edit."""
        return sorted({*self._lines, *self._former_lines})

    def shortages(self) -> list[StockKey]:
        """Where lines want more than they hold."""
        return [
            key
            for key, lines in self._lines.items()
            if any(self._wants[index].outstanding > self._wants[index].held for index in lines)
        ]

    def reserve(self, key: StockKey) -> None:
        """Makes the lines hold what there is, and the former lines nothing; the balance moves by the difference."""
        wants = [self._wants[index] for index in self._lines.get(key, ())]
        given_up = self._held_formerly(key)
        level = self._levels.get(key, StockLevel())
        taken = rules.allocate(wants, {key: level}, Reservation.PARTIAL, {key: given_up})
        before = given_up + sum((want.held for want in wants), _NOTHING)
        _move(self._work, key, sum(taken, _NOTHING) - before)
        for index, quantity in zip(self._lines.get(key, ()), taken, strict=True):
            self._order.states[index].reserved = quantity
        _let_go(self._former_lines.get(key, ()), [state for _, state in self._order.former])

    def _held_formerly(self, key: StockKey) -> Decimal:
        return sum((self._former[index].held for index in self._former_lines.get(key, ())), _NOTHING)

    def _given_up(self) -> dict[StockKey, Decimal]:
        return {key: self._held_formerly(key) for key in self._former_lines}


def release(work: Work, order: Order, key: StockKey, lines: Sequence[int]) -> None:
    """Gives back what these lines hold of a stock key."""
    held = sum((order.states[index].reserved for index in lines), _NOTHING)
    _move(work, key, -held)
    _let_go(lines, order.states)


def _let_go(lines: Iterable[int], states: Sequence[LineState]) -> None:
    for index in lines:
        states[index].reserved = _NOTHING


def _move(work: Work, key: StockKey, change: Decimal) -> None:
    balances.reserve(work, {key: change})
    balances.release(work, {key: -change})
