"""Judges one balance against the sum of its movements and against what orders hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.inventory.stock import balances, reconciliation
from chalicelib.inventory.stock.balances import StockKey
from chalicelib.inventory.stock.errors import BalanceMoved
from chalicelib.inventory.stock.reconciliation import LedgerSum
from chalicelib.inventory.stock.tables import Balance
from chalicelib.jobs.schemas import Scalar
from chalicelib.kernel.call import Call
from chalicelib.kernel.decimals import plain
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit
from chalicelib.reporting.stock_check.checkpoint import Suspect, name_of
from chalicelib.reporting.stock_check.schemas import Drift

Row = dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class Difference:
    """One drift.

    sign: the kind, what was found, and the versions of the balance and of the orders; two looks with the same sign have
    seen the same difference. mended: what the balance should say (on hand, reserved, seq), if that can be known.
    """

    stock_key: StockKey
    kind: Drift
    expected: str
    found: str
    sign: str
    row: Balance | None = None
    mended: tuple[Decimal, Decimal, int] | None = None

    def shown(self, *, repaired: bool) -> Row:
        """The difference as a row of the report."""
        return {
            "item_id": self.stock_key.item_id,
            "location_id": self.stock_key.location_id,
            "kind": self.kind.value,
            "expected": self.expected,
            "found": self.found,
            "sign": self.sign,
            "repaired": repaired,
        }


def differences(call: Call, suspect: Suspect, total: LedgerSum) -> list[Difference]:
    """What is wrong with the balance of a suspect, as it is now."""
    ref = balances.ref(call.tenant, suspect.stock_key)
    row = store.get(Balance, ref.hash_key, ref.range_key)
    if row is not None:
        return list(_compare(suspect, row, total))
    if not suspect.held:
        return []
    sign = f"{name_of(suspect.stock_key)} {suspect.holders}"
    return [Difference(suspect.stock_key, Drift.NO_BALANCE, plain(suspect.held), "0", sign)]


def _compare(suspect: Suspect, row: Balance, total: LedgerSum) -> Iterator[Difference]:
    held = suspect.held
    mended = (total.quantity, held, total.seq) if total.broken_at is None and held <= total.quantity else None
    sign = f"{name_of(suspect.stock_key)}@{row.version} {suspect.holders}"
    checks = (
        (Drift.BROKEN_LEDGER, total.broken_at is None, "dense, adding up", f"movement {total.broken_at}"),
        (
            Drift.LEDGER,
            (row.on_hand, row.seq) == (total.quantity, total.seq),
            plain(total.quantity),
            plain(row.on_hand),
        ),
        (Drift.RESERVED, row.reserved == held, plain(held), plain(row.reserved)),
        (
            Drift.BALANCE,
            row.available == row.on_hand - row.reserved,
            plain(row.on_hand - row.reserved),
            plain(row.available),
        ),
    )
    for kind, is_right, expected, found in checks:
        if not is_right:
            yield Difference(suspect.stock_key, kind, expected, found, f"{kind} {found} {expected} {sign}", row, mended)


def repair(call: Call, differences: list[Difference]) -> bool:
    """Sets a balance right. False when it is not known how, or the balance has changed since it was judged."""
    row, mended = differences[0].row, differences[0].mended
    if row is None or mended is None:
        return False
    try:
        commit(call, reconciliation.repair, row, *mended)
    except BalanceMoved:
        return False
    return True
