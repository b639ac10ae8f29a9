"""Follows the feed: commits stock that has become available to those who wait for it.

Entries are delivered in order and at least once, and handling them again changes nothing. Whoever frees stock names the
items in the entry, and so does whoever begins to wait: of two commits at the same moment the later one is followed.
"""

from collections.abc import Sequence

from chalicelib.events.schemas import Change
from chalicelib.inventory.commitments import filling
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call


def follow(call: Call, changes: Sequence[Change]) -> None:
    """Fills whoever waits for the items of these entries."""
    named = {each for change in changes for each in (change.entity_id, *change.subjects)}
    filling.fill_items(call, [each for each in named if ids.is_valid("itm", each)])
