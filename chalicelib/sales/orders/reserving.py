"""Reserves and releases stock for the lines of an order, for each item and location together with the balance."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from chalicelib.inventory.stock import balances
from chalicelib.inventory.stock.balances import StockKey, StockLevel
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import rules
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.rules import Want
from chalicelib.sales.orders.schemas import ReservationMode

_ZERO = Decimal(0)


class Reserving:
    """Reserves stock for an order, one stock key at a time. The stock levels are read once, of all keys or of those in
    `only`.

    The constructor raises InsufficientStock with all shortages when the policy is `full`.
    """

    def __init__(
        self, work: Work, order: Order, policy: ReservationMode, only: Sequence[StockKey] | None = None
    ) -> None:
        self._work = work
        self._wants = rules.by_stock_key(order.wants())
        self._former = rules.by_stock_key(order.former_wants())
        self._levels = balances.levels(work, self.stock_keys if only is None else only)
        if policy is ReservationMode.FULL:
            rules.allocate(
                order.wants(), self._levels, policy, {key: _held(wants) for key, wants in self._former.items()}
            )

    @property
    def stock_keys(self) -> list[StockKey]:
        """The stock keys of the lines, and of the lines before an edit, sorted."""
        return sorted({*self._wants, *self._former})

    def short(self) -> list[Want]:
        """The lines for which too little is available."""
        found = []
        for key, wants in self._wants.items():
            level = self._levels.get(key, StockLevel())
            allocated = rules.allocate(wants, {key: level}, ReservationMode.PARTIAL, {})
            found += [want for want, quantity in zip(wants, allocated, strict=True) if quantity < want.outstanding]
        return found

    def shortages(self) -> list[StockKey]:
        """The stock keys with lines that have less committed than outstanding."""
        return [key for key, wants in self._wants.items() if any(want.outstanding > want.held for want in wants)]

    def reserve(self, key: StockKey) -> None:
        """Reserves the available stock of the key for its lines, and releases that of the former lines. The balance
        changes by the difference."""
        wants, former = self._wants.get(key, []), self._former.get(key, [])
        released = _held(former)
        level = self._levels.get(key, StockLevel())
        allocated = rules.allocate(wants, {key: level}, ReservationMode.PARTIAL, {key: released})
        _move(self._work, key, sum(allocated, _ZERO) - released - _held(wants))
        for want, quantity in zip(wants, allocated, strict=True):
            want.state.committed = quantity
        _clear_committed(former)


def release(work: Work, key: StockKey, wants: Sequence[Want]) -> None:
    """Releases the reservations of the lines that want a stock key."""
    _move(work, key, -_held(wants))
    _clear_committed(wants)


def _held(wants: Iterable[Want]) -> Decimal:
    return sum((want.held for want in wants), _ZERO)


def _clear_committed(wants: Iterable[Want]) -> None:
    for want in wants:
        want.state.committed = _ZERO


def _move(work: Work, key: StockKey, change: Decimal) -> None:
    balances.reserve(work, {key: change})
    balances.release(work, {key: -change})
