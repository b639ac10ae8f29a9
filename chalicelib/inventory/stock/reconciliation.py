"""Checks a balance against its movements, and repairs it."""

from decimal import Decimal

import msgspec

from chalicelib.inventory.stock import events
from chalicelib.inventory.stock.errors import BalanceMoved
from chalicelib.inventory.stock.tables import Balance
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work


class LedgerSum(msgspec.Struct, frozen=True, kw_only=True):
    """The sum of the movements of a stock key, and the last `seq`. broken_at: the first movement with a wrong sequence
    or running balance."""

    quantity: Decimal
    seq: int
    broken_at: int | None = None


@use_case(events.REPAIRED)
def repair(work: Work, row: Balance, on_hand: Decimal, committed: Decimal, seq: int) -> None:
    """Sets a balance to the quantities of ledger and orders. BalanceMoved when it has changed since it was checked."""
    work.change(
        store.ref_of(row),
        Balance.on_hand.set(on_hand),
        Balance.committed.set(committed),
        Balance.available.set(on_hand - committed),
        Balance.seq.set(seq),
        Balance.version.set(Balance.version + 1),
        condition=Balance.version == row.version,
        on_condition_failed=lambda _: BalanceMoved(),
    )
    repaired = {"on_hand": on_hand, "committed": committed, "seq": seq}
    fields = [name for name, value in repaired.items() if getattr(row, name) != value]
    work.annotate(
        entity="balance", entity_id=row.item_id, version=row.version + 1, fields=fields, subjects=[row.location_id]
    )
