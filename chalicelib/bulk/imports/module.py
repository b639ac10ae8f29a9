"""The declaration of imports."""

from chalicelib.access.roles import OPERATIONS, READERS
from chalicelib.events.queues import Queue
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.events import Consumer

MODULE = Module(
    "bulk.imports",
    routes="routes",
    tables=("tables",),
    writers={"imports": BY_USE_CASES, "import_rows": BY_USE_CASES},
    consumers=(
        Consumer(
            "imports.stopped",
            "consumers.stop",
            Queue.DERIVED,
            events=frozenset({"job.failed", "job.cancelled"}),
        ),
    ),
    jobs=("worker",),
    events="events",
    permissions={"import.read": READERS, "import.write": OPERATIONS},
    samples="samples",
    quotas=("service.IMPORTS",),
)
