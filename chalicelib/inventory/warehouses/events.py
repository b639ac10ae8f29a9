"""Events of warehouses and locations."""

from chalicelib.kernel.events import Event

WAREHOUSE_CREATED = Event("warehouse.created", "A warehouse was added with its default location.", fields=())
WAREHOUSE_UPDATED = Event("warehouse.updated", "Fields of a warehouse changed.", starts_job=True)
LOCATION_CREATED = Event("location.created", "A location was added.", fields=())
LOCATION_UPDATED = Event("location.updated", "Fields of a location changed.")
LOCATION_ARCHIVED = Event("location.archived", "A location was archived.")
LOCATION_RESTORED = Event("location.restored", "An archived location was restored.")
