"""The declaration of sales orders."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.kernel.declaration import ADDED_BY_USE_CASES, BY_USE_CASES, Module

MODULE = Module(
    "sales.orders",
    routes="routes",
    tables=("tables",),
    writers={"sales_orders": BY_USE_CASES, "sales_order_contents": ADDED_BY_USE_CASES},
    jobs=("staged",),
    events="events",
    permissions={
        "sales_order.read": READERS,
        "sales_order.write": admin_and(Role.SALES, Role.AUTOMATION),
        "sales_order.confirm": admin_and(Role.SALES, Role.AUTOMATION),
        "sales_order.cancel": admin_and(Role.SALES, Role.AUTOMATION),
    },
    samples="samples",
    public={
        "repository": "shipments change their order in their own commit",
        "reservations": "the self-check compares the reservations of open orders",
        "update": "integrations change orders too; the use case is in a file of its own because of its length",
        "shipping": "shipments change the quantities of their order in their own commit",
    },
)
