"""The declaration of jobs."""

from chalicelib.access.roles import OPERATIONS, Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "jobs",
    routes="routes",
    tables=("tables",),
    writers={"jobs": BY_USE_CASES},
    consumers=("queue",),
    events="events",
    permissions={
        "job.read": OPERATIONS | {Role.AUDITOR},
        "job.cancel": admin_and(Role.SALES, Role.WAREHOUSE),
    },
    public={
        "registry": "how a package says what its jobs do",
        "staged": "how a document does in steps what one transaction does not hold",
    },
)
