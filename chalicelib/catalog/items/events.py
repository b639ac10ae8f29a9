"""Events of items."""

from chalicelib.kernel.events import Event
from chalicelib.search.index.events import TOPIC as SEARCH

CREATED = Event("item.created", "An item was added.", fields=(), topics=(SEARCH,))
UPDATED = Event("item.updated", "Fields of an item changed.", topics=(SEARCH,))
PHASED_OUT = Event("item.phased_out", "An item is sold while stock lasts, and neither bought nor made any more.")
ARCHIVED = Event("item.archived", "An item was archived.")
RESTORED = Event("item.restored", "An archived or phased out item is active again.")
FIXED = Event(
    "item.fixed", "Tracking and expiry of items were fixed ahead of a large receipt; the others are subjects."
)
UPSERTED = Event("item.upserted", "Items were added or changed by a bulk upsert or an import.", topics=(SEARCH,))
