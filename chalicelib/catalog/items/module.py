"""The declaration of items."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "catalog.items",
    routes="routes",
    tables=("tables",),
    writers={"items": BY_USE_CASES},
    events="events",
    permissions={
        "item.read": READERS,
        "item.write": admin_and(Role.PURCHASING, Role.PRODUCTION, Role.AUTOMATION),
    },
    samples="samples",
    public={"tables": "the self-check compares the rows, page by page"},
)
