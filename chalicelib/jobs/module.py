"""The declaration of jobs."""

from chalicelib.access.roles import OPERATIONS, Role, admin_and
from chalicelib.events.queues import Queue
from chalicelib.kernel.counts import Count
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.events import Consumer

MODULE = Module(
    "jobs",
    routes="routes",
    tables=("tables",),
    writers={"jobs": BY_USE_CASES},
    consumers=(Consumer("jobs.starter", "queue.start", Queue.DERIVED, job_starts=True),),
    events="events",
    counts=(Count("open_jobs", "service.count_open", permission="job.read", meaning="Jobs that have not ended."),),
    permissions={
        "job.read": OPERATIONS | {Role.AUDITOR},
        "job.cancel": admin_and(Role.SALES, Role.WAREHOUSE),
    },
    public={
        "registry": "how a package says what its jobs do",
        "staged": "how a document does in steps what one transaction does not hold",
    },
)
