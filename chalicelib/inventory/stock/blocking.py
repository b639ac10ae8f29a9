"""Archived items take no new reservations and receipts: a reader of the feed blocks their balances."""

from chalicelib.catalog.items import service as items
from chalicelib.events.consumers import consumer
from chalicelib.events.schemas import Change
from chalicelib.inventory.stock import service
from chalicelib.inventory.stock.tables import Balance
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work

_CHUNK = 90


@consumer("inventory.blocking", events=("item.archived", "item.restored"))
def follow(call: Call, change: Change) -> None:
    """Makes the balances say what the item says now, however often the entry comes."""
    blocked = items.read(call, change.entity_id).status is LifecycleStatus.ARCHIVED
    rows = [row for row in service.all_of_item(call, change.entity_id) if bool(row.blocked) is not blocked]
    for start in range(0, len(rows), _CHUNK):
        commit(call, mark, change.entity_id, rows[start : start + _CHUNK])


@use_case("stock.blocked")
def mark(work: Work, item_id: str, rows: list[Balance]) -> None:
    """Sets or removes the block on balances of an item, as the item says when it is committed."""
    blocked = items.assured_status(work, item_id) is LifecycleStatus.ARCHIVED
    for row in rows:
        work.change(store.ref_of(row), Balance.blocked.set(True) if blocked else Balance.blocked.remove())
    work.annotate(entity="item", entity_id=item_id, event="stock.blocked" if blocked else "stock.unblocked")
