"""The declaration of commitments of stock."""

from chalicelib.events.queues import Queue
from chalicelib.kernel.declaration import BY_USE_CASES, Module, Writers
from chalicelib.kernel.events import Consumer

MODULE = Module(
    "inventory.commitments",
    routes="routes",
    tables=("tables",),
    writers={
        "waiting": BY_USE_CASES,
        "stock_holders": Writers(batch=frozenset({"run_consumers"}), delete=frozenset({"run_consumers"})),
    },
    consumers=(Consumer("inventory.filling", "consumers.follow", Queue.STOCK, topic="stock", batch=100),),
    events="events",
    samples="samples",
    public={
        "holders": "refusals name who holds stock",
        "owners": "owners say what they hold",
        "commitments": "owners commit stock within their own commit",
        "reconciliation": "the self-check compares who waits with the orders, and repairs it",
        "ranks": "owners say in which order they are served",
    },
)
