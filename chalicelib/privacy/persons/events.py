"""Events of searches for persons' data."""

from chalicelib.kernel.events import Event

CARRIES_OUT = "privacy_execution"
"""The topic of what the engine waits for that carries out requests of persons."""
STARTED = Event(
    "person_search.started", "A search for everything that is stored of a person was started.", starts_job=True
)
LED = Event("person_search.led", "A job took the search over, to go through the data once for several.")
FOLLOWED = Event("person_search.followed", "The search follows more documents of the person.")
ERASURE_STARTED = Event(
    "person_search.erasure_started", "The erasure of what was found of a person was started.", starts_job=True
)
ERASED = Event(
    "person_search.row_erased",
    "What is a person's in one document was erased.",
    topics=("search",),
)
VERIFYING = Event(
    "person_search.verifying",
    "All of it is erased; another search shows whether anything is left.",
    starts_job=True,
    topics=(CARRIES_OUT,),
)
PACKING_STARTED = Event(
    "person_search.packing_started", "A package of all that is stored of the person was asked for.", starts_job=True
)
PACKED = Event("person_search.packed", "The package of what is stored of the person was made.", topics=(CARRIES_OUT,))
PACKAGE_FETCHED = Event("person_search.package_fetched", "Somebody asked for the link to the package.", fields=())
FINISHED = Event("person_search.finished", "The search has gone through all data.", topics=(CARRIES_OUT,))
FORGOTTEN = Event("person_search.forgotten", "By what the person was looked for was removed from the search.")
CHOSEN = Event("person_search.chosen", "It was decided whether findings are the person's.")
