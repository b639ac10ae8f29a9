"""The declaration of expected arrivals."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "inventory.arrivals",
    routes="routes",
    tables=("tables",),
    writers={"arrivals": BY_USE_CASES},
    events="events",
    permissions={"arrival.write": admin_and(Role.WAREHOUSE, Role.PURCHASING, Role.AUTOMATION)},
    samples="samples",
)
