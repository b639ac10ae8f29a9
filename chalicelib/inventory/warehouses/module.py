"""The declaration of warehouses and locations."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "inventory.warehouses",
    routes="routes",
    tables=("tables",),
    writers={"warehouses": BY_USE_CASES, "locations": BY_USE_CASES},
    jobs=("archive",),
    events="events",
    permissions={"warehouse.read": READERS, "warehouse.write": admin_and(Role.WAREHOUSE)},
    samples="samples",
)
