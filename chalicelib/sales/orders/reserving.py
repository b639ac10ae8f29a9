"""Commits and releases stock for the lines of an order, for each item and warehouse together with its stock row."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from chalicelib.inventory.commitments import commitments, holders
from chalicelib.inventory.commitments.commitments import Change
from chalicelib.inventory.commitments.ranks import Claim
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import rules
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.rules import Want
from chalicelib.sales.orders.status_schemas import ReservationMode

_ZERO = Decimal(0)


class Reserving:
    """Commits stock to an order, one stock key at a time. The stock rows are read once.

    The constructor raises InsufficientStock with all shortages when the policy is `full`.
    """

    def __init__(self, work: Work, order: Order, policy: ReservationMode) -> None:
        self._work = work
        self._claim = order.row.claim()
        self._wants = rules.by_stock_key(order.wants())
        self._former = rules.by_stock_key(order.former_wants())
        self._levels = commitments.levels_of(work, self.stock_keys)
        if policy is ReservationMode.FULL:
            free = {key: self._free(key) for key in self._wants}
            try:
                rules.allocate(order.wants(), free, policy)
            except InsufficientStock as error:
                raise holders.named(work.call, error) from None

    @property
    def stock_keys(self) -> list[StockKey]:
        """The stock keys of the lines, and of the lines before an edit, sorted."""
        return sorted({*self._wants, *self._former})

    def short(self) -> list[Want]:
        """The lines for which too little is available, and those of items that have never been in the warehouse, which
        may ship before receipt."""
        found = []
        for key, wants in self._wants.items():
            pairs = zip(wants, self._allocated(key), strict=True)
            is_new = not self._levels[key].exists
            found += [want for want, quantity in pairs if is_new or quantity < want.outstanding]
        return found

    def reserve(self, key: StockKey) -> None:
        """Commits the available stock of the key to its lines, releases that of the former lines, and has the rest
        wait. The stock row changes by the difference."""
        wants, former = self._wants.get(key, []), self._former.get(key, [])
        allocated = self._allocated(key)
        waits = [want.outstanding - quantity for want, quantity in zip(wants, allocated, strict=True)]
        change = Change(
            committed=sum(allocated, _ZERO) - _held(wants) - _held(former),
            waited=self._waited(key),
            waits=sum(waits, _ZERO),
        )
        commitments.change(self._work, self._claim, key, change, self._levels[key])
        for want, quantity, rest in zip(wants, allocated, waits, strict=True):
            want.state.committed, want.state.backordered = quantity, rest
        _clear(former)

    def _allocated(self, key: StockKey) -> list[Decimal]:
        return rules.allocate(self._wants.get(key, []), {key: self._free(key)}, ReservationMode.PARTIAL)

    def _free(self, key: StockKey) -> Decimal:
        """What the order can get: what its former lines held, and what is available beyond what others wait for."""
        level = self._levels[key]
        others = max(_ZERO, level.waiting - self._waited(key))
        available = _ZERO if level.blocked else max(_ZERO, level.free - others)
        return _held(self._former.get(key, ())) + available

    def _waited(self, key: StockKey) -> Decimal:
        return _waits([*self._wants.get(key, ()), *self._former.get(key, ())])


def release(work: Work, claim: Claim, key: StockKey, wants: Sequence[Want]) -> None:
    """Releases what the lines that want a stock key have committed, and has them wait no longer."""
    change = Change(committed=-_held(wants), waited=_waits(wants), waits=_ZERO)
    commitments.change(work, claim, key, change)
    _clear(wants)


def _held(wants: Iterable[Want]) -> Decimal:
    return sum((want.held for want in wants), _ZERO)


def _waits(wants: Iterable[Want]) -> Decimal:
    return sum((want.waits for want in wants), _ZERO)


def _clear(wants: Iterable[Want]) -> None:
    for want in wants:
        want.state.committed = want.state.backordered = _ZERO
