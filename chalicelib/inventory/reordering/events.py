"""Events of reorder rules."""

from chalicelib.kernel.events import Event

CREATED = Event("reorder_rule.created", "A reorder rule was added.", fields=())
UPDATED = Event("reorder_rule.updated", "Quantities or lead time of a reorder rule changed.")
REMOVED = Event("reorder_rule.removed", "A reorder rule was removed.", fields=())
