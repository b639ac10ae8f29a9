"""Events of deliveries."""

from chalicelib.kernel.events import Event

RETRIED = Event("inbox_delivery.retried", "Somebody had a delivery worked on again.")
DISMISSED = Event("inbox_delivery.dismissed", "Somebody put a delivery aside.")
QUARANTINED = Event("inbox_delivery.quarantined", "A delivery waits for a person.")
FAILED = Event("inbox_delivery.failed", "A delivery was given up after too many attempts.")
HANDED_OVER = Event("inbox_delivery.handed_over", "A privacy request of a platform was taken over.")
