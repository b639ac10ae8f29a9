"""Events of vendor items."""

from chalicelib.kernel.events import Event

CREATED = Event("vendor_item.created", "An item of a vendor was added.", fields=())
UPDATED = Event(
    "vendor_item.updated",
    "Fields of a vendor's item changed; the first subject is the one that is not preferred any more, if any.",
)
ARCHIVED = Event("vendor_item.archived", "An item of a vendor was archived.")
RESTORED = Event("vendor_item.restored", "An archived item of a vendor was restored.")
