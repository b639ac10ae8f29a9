"""The declaration of the inbox."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.counts import Count
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "integrations.inbox",
    routes="routes",
    tables=("tables",),
    writers={"inbox": BY_USE_CASES},
    events="events",
    counts=(
        Count(
            "unresolved_deliveries",
            "service.count_unresolved",
            permission="inbox.read",
            meaning="Deliveries of platforms that wait for a person: quarantined or failed.",
        ),
    ),
    permissions={
        "inbox.read": admin_and(Role.SALES, Role.AUDITOR),
        "inbox.write": admin_and(Role.SALES),
    },
)
