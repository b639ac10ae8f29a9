"""Events of item templates."""

from chalicelib.kernel.events import Event

CREATED = Event("item_template.created", "A template of items was added.", fields=())
UPDATED = Event("item_template.updated", "A template of items changed, and with it the variants that inherit from it.")
VARIED = Event("item_template.varied", "Items were made from a template; they are the subjects.")
ARCHIVED = Event("item_template.archived", "A template of items was archived.")
RESTORED = Event("item_template.restored", "An archived template of items was restored.")
