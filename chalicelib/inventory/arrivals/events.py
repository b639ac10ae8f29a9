"""Events of expected arrivals."""

from chalicelib.kernel.events import Event

CREATED = Event("arrival.created", "An arrival is expected.", fields=())
UPDATED = Event("arrival.updated", "Quantity, day or reference of an expected arrival changed.")
COMPLETED = Event("arrival.completed", "Expected goods have come, or are not expected any more.")
