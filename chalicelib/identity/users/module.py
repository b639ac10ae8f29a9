"""The declaration of users."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module, Writers
from chalicelib.kernel.names import Nameable

MODULE = Module(
    "identity.users",
    routes="routes",
    tables=("tables",),
    writers={
        "users": BY_USE_CASES,
        "invited_addresses": Writers(
            update=frozenset({"api_handler", "run_jobs", "manage_tenants"}), delete=frozenset({"run_jobs"})
        ),
    },
    jobs=("sync",),
    events="events",
    permissions={
        "user.read": admin_and(Role.AUDITOR, Role.PRIVACY_OFFICER),
        "user.write": admin_and(),
    },
    samples="samples",
    quotas=("service.INVITATIONS",),
    names=(
        Nameable(
            "user", "service.names", fields=("created_by", "updated_by", "actor", "salesperson_id"), permission=None
        ),
    ),
)
