"""Events of warehouses and locations."""

from chalicelib.inventory.stock.events import TOPIC as STOCK
from chalicelib.kernel.events import Event

WAREHOUSE_CREATED = Event("warehouse.created", "A warehouse was added with its default location.", fields=())
WAREHOUSE_UPDATED = Event("warehouse.updated", "Fields of a warehouse changed.", starts_job=True)
SETTING_APPLIED = Event(
    "warehouse.setting_applied",
    "Locations and stock of a warehouse, of the items that it names, follow what the warehouse says by now.",
    fields=(),
    topic=STOCK,
)
LOCATION_CREATED = Event("location.created", "A location was added.", fields=())
LOCATION_UPDATED = Event("location.updated", "Fields of a location changed.")
LOCATION_ARCHIVED = Event("location.archived", "A location was archived.")
LOCATION_RESTORED = Event("location.restored", "An archived location was restored.")
