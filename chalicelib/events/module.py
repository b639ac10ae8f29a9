"""The declaration of the feed of events."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import Module, Writers, written_by

MODULE = Module(
    "events",
    routes="routes",
    tables=("tables",),
    writers={
        "heads": Writers(
            put=frozenset({"sequence_journal", "reconcile", "api_handler", "intake_access_log", "manage_tenants"}),
            update=frozenset({"sequence_journal", "reconcile"}),
        ),
        "positions": written_by("run_consumers", "reconcile"),
        "parked": written_by("run_consumers", "reconcile"),
    },
    permissions={"change.read": admin_and(Role.ANALYST, Role.AUDITOR, Role.AUTOMATION)},
    public={
        "consumers": "how a package reacts to events",
        "feed": "the audit trail reads the numbered entries",
        "heads": "the registry of all tenants, for whoever goes through them",
    },
)
