"""Proof that a balance is what its movements say, and its repair."""

from decimal import Decimal

import msgspec

from chalicelib.inventory.stock import events
from chalicelib.inventory.stock.errors import BalanceMoved
from chalicelib.inventory.stock.tables import Balance
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work


class LedgerSum(msgspec.Struct, frozen=True, kw_only=True):
    """What the movements of a stock key come to: their sum and the last `seq`. `broken_at`: the first movement whose
    sequence or running balance is wrong."""

    quantity: Decimal
    seq: int
    broken_at: int | None = None


@use_case(events.REPAIRED)
def repair(work: Work, row: Balance, on_hand: Decimal, reserved: Decimal, seq: int) -> None:
    """Sets a balance to what ledger and orders say, if it is still the version that was judged."""
    work.change(
        store.ref_of(row),
        Balance.on_hand.set(on_hand),
        Balance.reserved.set(reserved),
        Balance.available.set(on_hand - reserved),
        Balance.seq.set(seq),
        Balance.version.set(Balance.version + 1),
        condition=Balance.version == row.version,
        on_condition_failed=lambda _: BalanceMoved(),
    )
    repaired = {"on_hand": on_hand, "reserved": reserved, "seq": seq}
    fields = [name for name, value in repaired.items() if getattr(row, name) != value]
    work.annotate(
        entity="balance", entity_id=row.item_id, version=row.version + 1, fields=fields, subjects=[row.location_id]
    )
