"""The declaration of tenants."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "identity.tenants",
    routes="routes",
    tables=("tables",),
    writers={"tenants": BY_USE_CASES},
    jobs=("sync",),
    events="events",
    permissions={"tenant.read": READERS | {Role.PRIVACY_OFFICER}, "tenant.write": admin_and()},
    samples="samples",
)
