"""The declaration of exports."""

from chalicelib.access.roles import READERS
from chalicelib.events.queues import Queue
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.events import Consumer

MODULE = Module(
    "bulk.exports",
    routes="routes",
    tables=("tables",),
    writers={"exports": BY_USE_CASES},
    consumers=(
        Consumer(
            "exports.stopped",
            "consumers.stop",
            Queue.DERIVED,
            events=frozenset({"job.failed", "job.cancelled"}),
        ),
    ),
    jobs=("worker",),
    events="events",
    permissions={"export.read": READERS, "export.write": READERS},
    samples="samples",
    quotas=("service.EXPORTS",),
)
