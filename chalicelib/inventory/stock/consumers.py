"""The consumer that refuses new commitments and receipts of the stock of an archived item, and unblocks them when
the item is restored."""

from collections.abc import Sequence

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.identity_schemas import ItemStatus
from chalicelib.events.schemas import Change
from chalicelib.inventory.stock import events, service
from chalicelib.inventory.stock.tables import Stock
from chalicelib.kernel import capacity
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work


def block_or_unblock(call: Call, changes: Sequence[Change]) -> None:
    """Blocks or unblocks the stock rows of items by their current status. May be repeated."""
    for item_id in dict.fromkeys(change.entity_id for change in changes):
        is_blocked = items.read(call, item_id).status is ItemStatus.ARCHIVED
        rows = [row for row in service.all_of_item(call, item_id) if bool(row.blocked) is not is_blocked]
        while rows:
            rows = rows[commit(call, set_block, item_id, rows) :]


@use_case(events.BLOCKED)
def set_block(work: Work, item_id: str, rows: Sequence[Stock]) -> int:
    """Blocks or unblocks stock rows by the item's status at commit, as many as fit into one transaction. Returns how
    many."""
    is_blocked = items.assured_status(work, item_id) is ItemStatus.ARCHIVED

    def apply(row: Stock) -> None:
        work.change(store.ref_of(row), Stock.blocked.set(True) if is_blocked else Stock.blocked.remove())

    done = capacity.apply_while_room(work, rows, apply, reserve=0)
    work.annotate(entity="item", entity_id=item_id, event=events.BLOCKED if is_blocked else events.UNBLOCKED)
    return done
