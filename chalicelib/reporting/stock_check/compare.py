"""Judges one suspect: a stock row against the sum of its movements, against what lies in bins and against what orders
hold, or what an order waits for against its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.inventory.commitments import reconciliation as queues
from chalicelib.inventory.stock import levels, reconciliation
from chalicelib.inventory.stock.errors import StockMoved
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.reconciliation import LedgerSum, Quantities
from chalicelib.inventory.stock.tables import Stock
from chalicelib.jobs.schemas import Scalar
from chalicelib.kernel.call import Call
from chalicelib.kernel.decimals import plain
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit
from chalicelib.reporting.stock_check.checkpoint import Suspect, name_of
from chalicelib.reporting.stock_check.schemas import Drift
from chalicelib.sales.orders import repository, reservations
from chalicelib.sales.orders.repository import Order

Row = dict[str, Scalar]
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Difference:
    """One drift.

    sign: the kind, what was found, and the versions of the stock row and of the orders; two looks with the same sign
    have seen the same difference. order_id: the order that waits, of a drift of the queue. right: what the stock row
    should say, if that can be known.
    """

    stock_key: StockKey
    kind: Drift
    expected: str
    found: str
    sign: str
    order_id: str | None = None
    row: Stock | None = None
    right: Quantities | None = None

    def shown(self, *, repaired: bool) -> Row:
        """The difference as a row of the report."""
        return {
            "item_id": self.stock_key.item_id,
            "warehouse_id": self.stock_key.warehouse_id,
            "order_id": self.order_id,
            "kind": self.kind.value,
            "expected": self.expected,
            "found": self.found,
            "sign": self.sign,
            "repaired": repaired,
        }


def of_order(call: Call, order_id: str) -> list[Difference]:
    """Where an order waits for something else than its rows say, as it is now; nothing while a job works on it."""
    order = repository.read_many(call.tenant, [order_id]).get(order_id)
    if order is None or order.row.staged is not None:
        return []
    right, said = _queue(call, order)
    return [
        Difference(
            key,
            Drift.QUEUE,
            plain(sum(right[key].values(), _ZERO)),
            plain(sum(said[key].values(), _ZERO)),
            f"{name_of(key)} {order_id}@{order.row.version}",
            order_id,
        )
        for key in said
        if right[key] != said[key]
    ]


Turns = dict[str, Decimal]
"""What waits, by its turn."""


def _queue(call: Call, order: Order) -> tuple[dict[StockKey, Turns], dict[StockKey, Turns]]:
    """What the rows of an order should say, and what they say, for all stock keys that it ever had."""
    entry = reservations.of(order)
    ever = repository.stock_keys(repository.lines_ever(call.tenant, order.row.id))
    keys = sorted({*entry.waiting, *ever})
    turn = entry.claim.turn
    right = {key: {turn: entry.waiting[key]} if key in entry.waiting else {} for key in keys}
    said = {
        key: {row.turn: row.quantity for row in queues.queue(call.tenant, key) if row.claim.document_id == order.row.id}
        for key in keys
    }
    return right, said


def of_stock(call: Call, stock_key: StockKey, suspect: Suspect, total: LedgerSum) -> list[Difference]:
    """What is wrong with a stock row, as it is now."""
    name = levels.ref(call.tenant, stock_key)
    row = store.get(Stock, name.hash_key, name.range_key)
    if row is not None:
        in_bins = reconciliation.in_bins(call.tenant, stock_key)
        held, waits = suspect.claims.held, suspect.claims.waits
        right = Quantities(total.quantity, held, in_bins.held, waits, total.loose, total.seq)
        return list(_compare(stock_key, suspect, row, right, total, in_bins.on_hand))
    claimed = suspect.claims.held + suspect.claims.waits
    if not claimed:
        return []
    sign = f"{name_of(stock_key)} {suspect.holders}"
    return [Difference(stock_key, Drift.NO_STOCK, plain(claimed), "0", sign)]


def _compare(
    stock_key: StockKey, suspect: Suspect, row: Stock, right: Quantities, total: LedgerSum, in_bins: Decimal
) -> Iterator[Difference]:
    sign = f"{name_of(stock_key)}@{row.version} {suspect.holders}"
    default = right.on_hand - in_bins
    is_known = total.broken_at is None and right.loose == default
    available = row.on_hand - row.committed - row.held
    checks = (
        (Drift.BROKEN_LEDGER, total.broken_at is None, "dense, adding up", f"movement {total.broken_at}"),
        (
            Drift.LEDGER,
            (row.on_hand, row.seq) == (right.on_hand, right.seq),
            plain(right.on_hand),
            plain(row.on_hand),
        ),
        (Drift.PLACES, row.loose == right.loose == default, plain(default), plain(row.loose)),
        (Drift.HELD, row.held == right.held, plain(right.held), plain(row.held)),
        (Drift.COMMITTED, row.committed == right.committed, plain(right.committed), plain(row.committed)),
        (Drift.WAITING, row.waiting == right.waiting, plain(right.waiting), plain(row.waiting)),
        (Drift.BALANCE, row.available == available, plain(available), plain(row.available)),
    )
    for kind, is_right, expected, found in checks:
        if not is_right:
            signed = f"{kind} {found} {expected} {sign}"
            yield Difference(stock_key, kind, expected, found, signed, row=row, right=right if is_known else None)


def repair(call: Call, differences: list[Difference]) -> bool:
    """Sets a suspect right. False when it is not known how, or it has changed since it was judged."""
    row, right, order_id = differences[0].row, differences[0].right, differences[0].order_id
    if order_id is not None:
        return _requeue(call, order_id, [each.stock_key for each in differences])
    if row is None or right is None:
        return False
    try:
        commit(call, reconciliation.repair, row, right)
    except StockMoved:
        return False
    return True


def _requeue(call: Call, order_id: str, keys: list[StockKey]) -> bool:
    order = repository.read(call, order_id)
    right, said = _queue(call, order)
    rows = {(key, turn): right[key].get(turn, _ZERO) for key in keys for turn in sorted({*right[key], *said[key]})}
    commit(call, queues.requeue, rows, *reservations.unchanged(call.tenant, order))
    return True
