"""The declaration of the inbox."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "integrations.inbox",
    routes="routes",
    tables=("tables",),
    writers={"inbox": BY_USE_CASES},
    events="events",
    permissions={
        "inbox.read": admin_and(Role.SALES, Role.AUDITOR),
        "inbox.write": admin_and(Role.SALES),
    },
)
