"""Events of customers."""

from chalicelib.kernel.events import Event

CREATED = Event("customer.created", "A customer was added.")
UPDATED = Event("customer.updated", "Fields of a customer changed.")
ARCHIVED = Event("customer.archived", "A customer was archived.")
RESTORED = Event("customer.restored", "An archived customer was restored.")
MATCHED = Event("customer.matched", "A customer of another system was matched to an existing customer, or added.")
