"""What sales orders declare."""

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
        "repository": "a shipment works on its order within its own commit",
        "reservations": "the self-check compares what open orders hold",
        "update": "platforms change orders as people do; it is long enough for a file of its own",
        "shipping": "what shipments do to an order, within their commit",
    },
)
