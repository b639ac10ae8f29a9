"""The declaration of users."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "identity.users",
    routes="routes",
    tables=("tables",),
    writers={"users": BY_USE_CASES},
    jobs=("sync",),
    events="events",
    permissions={
        "user.read": admin_and(Role.AUDITOR, Role.PRIVACY_OFFICER),
        "user.write": admin_and(),
    },
    samples="samples",
)
