"""Events of custom fields."""

from chalicelib.kernel.events import Event

CREATED = Event("custom_field.created", "A custom field was declared.", fields=())
UPDATED = Event("custom_field.updated", "The declaration of a custom field changed.")
ARCHIVED = Event("custom_field.archived", "A custom field was archived: it takes no more values.")
RESTORED = Event("custom_field.restored", "An archived custom field takes values again.")
