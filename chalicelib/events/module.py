"""The declaration of the feed of events."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import Module, Writers, written_by

MODULE = Module(
    "events",
    routes="routes",
    tables=("tables",),
    writers={
        "heads": Writers(
            put=frozenset({"sequence_journal", "reconcile", "api_handler", "manage_tenants"}),
            update=frozenset({"sequence_journal", "reconcile"}),
        ),
        "positions": Writers(put=frozenset({"run_consumers"})),
        "parked": written_by("run_consumers"),
        "consumer_slots": Writers(put=frozenset({"run_consumers"}), delete=frozenset({"run_consumers"})),
    },
    permissions={"change.read": admin_and(Role.ANALYST, Role.AUDITOR, Role.AUTOMATION)},
    public={
        "queues": "a package names the queue of its consumers",
        "feed": "the audit trail reads the numbered entries",
        "heads": "the registry of all tenants, for whoever goes through them",
    },
)
