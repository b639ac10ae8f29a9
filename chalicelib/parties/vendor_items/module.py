"""The declaration of vendor items."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "parties.vendor_items",
    routes="routes",
    tables=("tables",),
    writers={"vendor_items": BY_USE_CASES},
    events="events",
    permissions={
        "vendor_item.read": admin_and(Role.PURCHASING, Role.PRODUCTION, Role.ACCOUNTING, Role.ANALYST, Role.AUTOMATION),
        "vendor_item.write": admin_and(Role.PURCHASING, Role.AUTOMATION),
    },
    samples="samples",
)
