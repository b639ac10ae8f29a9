"""The consumer that blocks new reservations and receipts in the balances of an archived item, and unblocks them when
the item is restored."""

from collections.abc import Sequence

from chalicelib.catalog.items import events as item_events
from chalicelib.catalog.items import service as items
from chalicelib.events.consumers import consumer
from chalicelib.events.schemas import Change
from chalicelib.inventory.stock import events, service
from chalicelib.inventory.stock.tables import Balance
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work


@consumer("inventory.blocking", events=(item_events.ARCHIVED, item_events.RESTORED))
def block_or_unblock(call: Call, change: Change) -> None:
    """Blocks or unblocks the balances of an item by its current status. May be repeated."""
    is_blocked = items.read(call, change.entity_id).status is LifecycleStatus.ARCHIVED
    rows = [row for row in service.all_of_item(call, change.entity_id) if bool(row.blocked) is not is_blocked]
    while rows:
        rows = rows[commit(call, set_block, change.entity_id, rows) :]


@use_case(events.BLOCKED)
def set_block(work: Work, item_id: str, rows: Sequence[Balance]) -> int:
    """Blocks or unblocks balances by the item's status at commit, as many as fit into one transaction. Returns how
    many."""
    is_blocked = items.assured_status(work, item_id) is LifecycleStatus.ARCHIVED

    def apply(row: Balance) -> None:
        work.change(store.ref_of(row), Balance.blocked.set(True) if is_blocked else Balance.blocked.remove())

    done = work.apply_while_room(rows, apply, reserve=0)
    work.annotate(entity="item", entity_id=item_id, event=events.BLOCKED if is_blocked else events.UNBLOCKED)
    return done
