"""The declaration of sales orders."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.events.queues import Queue
from chalicelib.kernel.counts import Count
from chalicelib.kernel.declaration import ADDED_BY_USE_CASES, BY_USE_CASES, Module
from chalicelib.kernel.events import Consumer
from chalicelib.kernel.extensions import Extension
from chalicelib.kernel.names import Nameable
from chalicelib.kernel.scans import Scannable
from chalicelib.kernel.searches import FoundBy, Searchable

MODULE = Module(
    "sales.orders",
    routes="routes",
    tables=("tables",),
    writers={"sales_orders": BY_USE_CASES, "sales_order_contents": ADDED_BY_USE_CASES},
    jobs=("staged", "merged_customers", "credit_counting"),
    consumers=(
        Consumer(
            "sales.merged_customers",
            "merged_customers.follow",
            Queue.DERIVED,
            events=frozenset({"party.merged", "party.unmerged"}),
        ),
        Consumer(
            "sales.credit_counting",
            "credit_counting.follow",
            Queue.DERIVED,
            events=frozenset({"party.updated", "party.upserted", "party.merged"}),
        ),
    ),
    events="events",
    permissions={
        "sales_order.read": READERS,
        "sales_order.write": admin_and(Role.SALES, Role.AUTOMATION),
        "sales_order.confirm": admin_and(Role.SALES, Role.AUTOMATION),
        "sales_order.cancel": admin_and(Role.SALES, Role.AUTOMATION),
        "sales_order.hold": admin_and(Role.SALES, Role.WAREHOUSE, Role.ACCOUNTING, Role.AUTOMATION),
        "sales_order.let_through": admin_and(Role.ACCOUNTING),
        "sales_order.payment": admin_and(Role.ACCOUNTING, Role.AUTOMATION),
    },
    samples="samples",
    searches=(Searchable("sales_order", ("so",), FoundBy.CODES, "searching.documents", permission="sales_order.read"),),
    scans=(Scannable("sales_order", "scanning.find", permission="sales_order.read"),),
    counts=(
        Count(
            "open_sales_orders",
            "service.count_open",
            permission="sales_order.read",
            meaning="Sales orders that are not done or cancelled.",
        ),
    ),
    extensions=(
        Extension("stock_owner", "so", submodule="stock_owner"),
        Extension("kept", "sales_order_contents", submodule="person_data"),
    ),
    names=(Nameable("sales_order", "service.names", fields=("order_id",), permission="sales_order.read"),),
    public={
        "command_schemas": "integrations confirm and cancel orders; in a file of their own because of its length",
        "line_schemas": "schemas of the lines, in a file of their own because of its length",
        "repository": "shipments change their order in their own commit",
        "reservations": "the self-check compares what orders hold and wait for",
        "update": "integrations change orders too; the use case is in a file of its own because of its length",
        "status_schemas": "integrations choose what a confirmation does when stock is short",
        "shipping": "shipments change the quantities of their order in their own commit",
    },
)
