"""The declaration of reorder rules."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "inventory.reordering",
    routes="routes",
    tables=("tables",),
    writers={"reorder_rules": BY_USE_CASES},
    events="events",
    permissions={"reorder_rule.write": admin_and(Role.WAREHOUSE, Role.PURCHASING, Role.AUTOMATION)},
    samples="samples",
)
