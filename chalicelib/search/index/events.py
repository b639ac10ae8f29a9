"""Events of search."""

from chalicelib.kernel.events import Event

TOPIC = "search"
"""Of events that change what a document is found by. Their entries name the documents."""
ASKED = Event(
    "search.asked", "Documents, the subjects, are to be found anew.", entity="search", fields=(), topics=(TOPIC,)
)
CHECK_STARTED = Event("search.check_started", "A check of search began.", entity="job", starts_job=True)
