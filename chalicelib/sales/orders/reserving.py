"""Reserves and releases stock for the lines of an order, for each item and location together with the balance."""

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

_ZERO = Decimal(0)


def by_stock_key(wants: Iterable[Want]) -> dict[StockKey, list[int]]:
    """Stock key to the indexes of its lines, sorted by key."""
    found: dict[StockKey, list[int]] = defaultdict(list)
    for index, want in enumerate(wants):
        found[want.stock_key].append(index)
    return dict(sorted(found.items()))


class Reserving:
    """Reserves stock for an order, one stock key at a time. The stock levels are read once for all keys.

    The constructor raises InsufficientStock with all shortages when the policy is `full`.
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
            rules.allocate(self._wants, self._levels, policy, self._released_by_former())

    @property
    def stock_keys(self) -> list[StockKey]:
        """The stock keys of the lines, and of the lines before an edit, sorted."""
        return sorted({*self._lines, *self._former_lines})

    def shortages(self) -> list[StockKey]:
        """The stock keys with lines that have less reserved than outstanding."""
        return [
            key
            for key, lines in self._lines.items()
            if any(self._wants[index].outstanding > self._wants[index].held for index in lines)
        ]

    def reserve(self, key: StockKey) -> None:
        """Reserves the available stock of the key for its lines, and releases that of the former lines. The balance
        changes by the difference."""
        wants = [self._wants[index] for index in self._lines.get(key, ())]
        released = self._held_by_former(key)
        level = self._levels.get(key, StockLevel())
        allocated = rules.allocate(wants, {key: level}, Reservation.PARTIAL, {key: released})
        before = released + sum((want.held for want in wants), _ZERO)
        _move(self._work, key, sum(allocated, _ZERO) - before)
        for index, quantity in zip(self._lines.get(key, ()), allocated, strict=True):
            self._order.states[index].reserved = quantity
        _clear_reserved(self._former_lines.get(key, ()), [state for _, state in self._order.former])

    def _held_by_former(self, key: StockKey) -> Decimal:
        return sum((self._former[index].held for index in self._former_lines.get(key, ())), _ZERO)

    def _released_by_former(self) -> dict[StockKey, Decimal]:
        return {key: self._held_by_former(key) for key in self._former_lines}


def release(work: Work, order: Order, key: StockKey, lines: Sequence[int]) -> None:
    """Releases the reservations of these lines of a stock key."""
    held = sum((order.states[index].reserved for index in lines), _ZERO)
    _move(work, key, -held)
    _clear_reserved(lines, order.states)


def _clear_reserved(lines: Iterable[int], states: Sequence[LineState]) -> None:
    for index in lines:
        states[index].reserved = _ZERO


def _move(work: Work, key: StockKey, change: Decimal) -> None:
    balances.reserve(work, {key: change})
    balances.release(work, {key: -change})
