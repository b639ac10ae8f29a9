"""Events of tenants."""

from chalicelib.kernel.events import Event

CREATED = Event("tenant.created", "The operator made the tenant.", fields=())
UPDATED = Event("tenant.updated", "Settings of the tenant changed.")
STATUS_CHANGED = Event(
    "tenant.status_changed", "The operator suspended, resumed or closed the tenant.", starts_job=True
)
