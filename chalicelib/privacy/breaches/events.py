"""Events of personal data breaches."""

from chalicelib.kernel.events import Event

RECORDED = Event("breach.recorded", "A personal data breach was recorded.", fields=())
UPDATED = Event("breach.updated", "What is known of a personal data breach changed.")
ASSESSED = Event("breach.assessed", "The risk of a personal data breach, and who has to be told, was decided.")
NOTIFIED = Event("breach.notified", "Somebody was told of a personal data breach.")
CLOSED = Event("breach.closed", "A personal data breach was closed.")
REOPENED = Event("breach.reopened", "A closed personal data breach was opened again.")
CLOCK_REACHED = Event("breach.clock_reached", "A deadline of a personal data breach has passed by 50, 80 or 100 %.")
