"""The declaration of stock."""

from chalicelib.access.roles import READERS
from chalicelib.events.queues import Queue
from chalicelib.kernel.declaration import ADDED_BY_USE_CASES, BY_USE_CASES, Module
from chalicelib.kernel.events import Consumer
from chalicelib.kernel.extensions import Extension

MODULE = Module(
    "inventory.stock",
    routes="routes",
    tables=("tables",),
    writers={"stock": BY_USE_CASES, "bins": BY_USE_CASES, "movements": ADDED_BY_USE_CASES},
    jobs=("warehouse_settings",),
    consumers=(
        Consumer(
            "inventory.blocking",
            "consumers.block_or_unblock",
            Queue.STOCK,
            events=frozenset({"item.archived", "item.restored"}),
        ),
    ),
    events="events",
    permissions={
        "stock.read": READERS,
    },
    samples="samples",
    extensions=(Extension("archiving", "location", submodule="bins"),),
    public={
        "bins": "shipments pick from bins within their own commit",
        "levels": "commitments change the rows within their own commit",
        "moved_by": "documents of other packages say which movements they have made",
        "moves": "shipments move stock within their own commit",
        "reconciliation": "the self-check sums movements and repairs stock rows",
        "tables": "commitments change the rows, and the self-check compares them, page by page",
    },
)
