"""Events of searches for persons' data."""

from chalicelib.kernel.events import Event

STARTED = Event(
    "person_search.started", "A search for everything that is stored of a person was started.", starts_job=True
)
LED = Event("person_search.led", "A job took the search over, to go through the data once for several.")
FOLLOWED = Event("person_search.followed", "The search follows more documents of the person.")
FINISHED = Event("person_search.finished", "The search has gone through all data.")
CHOSEN = Event("person_search.chosen", "It was decided whether findings are the person's.")
