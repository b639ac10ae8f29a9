"""The declaration of demand for stock."""

from chalicelib.events.queues import Queue
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.events import Consumer

MODULE = Module(
    "sales.demand",
    routes="routes",
    tables=("tables",),
    writers={"demands": BY_USE_CASES},
    consumers=(
        Consumer(
            "sales.backorders",
            "consumers.follow",
            Queue.STOCK,
            events=frozenset(
                {
                    "sales_order.cancelled",
                    "sales_order.closed",
                    "sales_order.confirmed",
                    "sales_order.undone",
                    "sales_order.updated",
                    "shipment.cancelled",
                    "stock.adjusted",
                    "stock.received",
                    "stock.repaired",
                    "stock.transferred",
                    "stock.unblocked",
                }
            ),
            batch=100,
        ),
    ),
    events="events",
    samples="samples",
    public={
        "projection": "the self-check asks where an order and its rows differ",
        "tables": "the self-check compares the rows, page by page",
    },
)
