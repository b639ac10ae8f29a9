"""The declaration of search."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.events.queues import Queue
from chalicelib.kernel.declaration import Module, Writers
from chalicelib.kernel.events import Consumer

_WRITERS = Writers(batch=frozenset({"run_consumers"}))
MODULE = Module(
    "search.index",
    routes="routes",
    tables=("tables",),
    writers={"search_entries": _WRITERS, "search_manifests": _WRITERS},
    jobs=("checking",),
    consumers=(Consumer("search.indexing", "consumers.follow", Queue.DERIVED, topic="search", batch=5),),
    events="events",
    permissions={"search.check": admin_and(Role.AUDITOR)},
    samples="samples",
    quotas=("checking.CHECKS",),
    public={
        "documents": "modules tell what their documents are found by",
        "words": "one definition of how names compare",
    },
)
