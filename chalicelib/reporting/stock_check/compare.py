"""Judges one suspect: a balance against the sum of its movements and against what orders hold, or what an
order waits for against its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from chalicelib.inventory.stock import balances, reconciliation
from chalicelib.inventory.stock.balances import StockKey
from chalicelib.inventory.stock.errors import BalanceMoved
from chalicelib.inventory.stock.reconciliation import LedgerSum
from chalicelib.inventory.stock.tables import Balance
from chalicelib.jobs.schemas import Scalar
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.decimals import plain
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit
from chalicelib.reporting.stock_check.checkpoint import Suspect, name_of
from chalicelib.reporting.stock_check.schemas import Drift
from chalicelib.sales.demand import projection
from chalicelib.sales.demand import service as demand
from chalicelib.sales.orders import repository, reservations
from chalicelib.sales.orders.reservations import OrderReservations

Row = dict[str, Scalar]
FEED_LAG = timedelta(minutes=1)
"""What an order waits for is written by a consumer of the feed, which may not have come to younger changes yet."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One drift.

    sign: the kind, what was found, and the versions of the balance and of the orders; two looks with the same sign have
    seen the same difference. order_id: the order that waits, of a drift of `waiting`. mended: what the balance should
    say (on hand, committed, seq), if that can be known.
    """

    stock_key: StockKey
    kind: Drift
    expected: str
    found: str
    sign: str
    order_id: str | None = None
    row: Balance | None = None
    mended: tuple[Decimal, Decimal, int] | None = None

    def shown(self, *, repaired: bool) -> Row:
        """The difference as a row of the report."""
        return {
            "item_id": self.stock_key.item_id,
            "location_id": self.stock_key.location_id,
            "order_id": self.order_id,
            "kind": self.kind.value,
            "expected": self.expected,
            "found": self.found,
            "sign": self.sign,
            "repaired": repaired,
        }


def is_settled(entry: OrderReservations) -> bool:
    """Whether it can be known what the rows of an order should say: no job works on it, and its last change was a while
    ago."""
    return entry.settled_since is not None and entry.settled_since <= clock.now() - FEED_LAG


def of_order(call: Call, order_id: str) -> list[Difference]:
    """Where an order waits for something else than its rows say, as it is now."""
    order = repository.read(call, order_id)
    if not is_settled(reservations.of(order)):
        return []
    return [
        Difference(
            key,
            Drift.WAITING,
            plain(waiting),
            plain(stored),
            f"{Drift.WAITING} {stored} {waiting} {name_of(key)} {order_id}@{order.row.version}",
            order_id,
        )
        for key, (waiting, stored) in projection.misfits(call.tenant, order).items()
    ]


def of_balance(call: Call, stock_key: StockKey, suspect: Suspect, total: LedgerSum) -> list[Difference]:
    """What is wrong with a balance, as it is now."""
    ref = balances.ref(call.tenant, stock_key)
    row = store.get(Balance, ref.hash_key, ref.range_key)
    if row is not None:
        return list(_compare(stock_key, suspect, row, total))
    if not suspect.held:
        return []
    sign = f"{name_of(stock_key)} {suspect.holders}"
    return [Difference(stock_key, Drift.NO_BALANCE, plain(suspect.held), "0", sign)]


def _compare(stock_key: StockKey, suspect: Suspect, row: Balance, total: LedgerSum) -> Iterator[Difference]:
    held = suspect.held
    mended = (total.quantity, held, total.seq) if total.broken_at is None and held <= total.quantity else None
    sign = f"{name_of(stock_key)}@{row.version} {suspect.holders}"
    checks = (
        (Drift.BROKEN_LEDGER, total.broken_at is None, "dense, adding up", f"movement {total.broken_at}"),
        (
            Drift.LEDGER,
            (row.on_hand, row.seq) == (total.quantity, total.seq),
            plain(total.quantity),
            plain(row.on_hand),
        ),
        (Drift.COMMITTED, row.committed == held, plain(held), plain(row.committed)),
        (
            Drift.BALANCE,
            row.available == row.on_hand - row.committed,
            plain(row.on_hand - row.committed),
            plain(row.available),
        ),
    )
    for kind, is_right, expected, found in checks:
        if not is_right:
            signed = f"{kind} {found} {expected} {sign}"
            yield Difference(stock_key, kind, expected, found, signed, row=row, mended=mended)


def repair(call: Call, differences: list[Difference]) -> bool:
    """Sets a suspect right. False when it is not known how, or the balance has changed since it was judged."""
    row, mended, order_id = differences[0].row, differences[0].mended, differences[0].order_id
    if order_id is not None:
        demand.renew(call, order_id)
        return True
    if row is None or mended is None:
        return False
    try:
        commit(call, reconciliation.repair, row, *mended)
    except BalanceMoved:
        return False
    return True
