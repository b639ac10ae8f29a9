"""Events of items."""

from chalicelib.kernel.events import Event

CREATED = Event("item.created", "An item was added.")
UPDATED = Event("item.updated", "Fields of an item changed.")
ARCHIVED = Event("item.archived", "An item was archived.")
RESTORED = Event("item.restored", "An archived item was restored.")
UPSERTED = Event("item.upserted", "Items were added or changed by a bulk upsert.")
BULK_FINISHED = Event("item.bulk_finished", "A bulk upsert that skips invalid rows has ended.")
