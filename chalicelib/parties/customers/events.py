"""Events of customers."""

from chalicelib.kernel.events import Event

CREATED = Event("customer.created", "A customer was added.")
UPDATED = Event("customer.updated", "Fields of a customer changed.")
ARCHIVED = Event("customer.archived", "A customer was taken out of use.")
RESTORED = Event("customer.restored", "An archived customer is in use again.")
MATCHED = Event("customer.matched", "A customer of another system was found here, or added.")
