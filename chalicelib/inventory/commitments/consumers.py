"""Follows the feed: commits stock that has become available to those who wait for it, and has the last ones give up
what is not there any more.

Entries are delivered in order and at least once, and handling them again changes nothing. Whoever frees or removes
stock names the items in the entry, and so does whoever begins to wait: of two commits at the same moment the later one
is followed.
"""

from collections.abc import Sequence

from chalicelib.events.schemas import Change
from chalicelib.inventory.commitments import filling, holders, owners
from chalicelib.inventory.stock import service as stock
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call


def follow(call: Call, changes: Sequence[Change]) -> None:
    """Writes down who holds stock by these entries, and fills whoever waits for their items."""
    named = dict.fromkeys(each for change in changes for each in (change.entity_id, *change.subjects))
    documents = [each for each in named if owners.is_owner(each)]
    if documents:
        holders.note(call.tenant, documents)
    item_ids = sorted(each for each in named if ids.is_valid("itm", each))
    rows = [row for item_id in item_ids for row in stock.all_of_item(call, item_id)]
    holders.take_back(call, rows)
    filling.fill_items(call, rows)
