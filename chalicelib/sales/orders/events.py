"""Events of sales orders."""

from chalicelib.inventory.stock.events import FREED
from chalicelib.kernel.events import Event

CREATED = Event("sales_order.created", "An order was drafted.", fields=())
UPDATED = Event("sales_order.updated", "An order was changed, and its commitments with it.", topic=FREED)
CONFIRMED = Event("sales_order.confirmed", "An order was confirmed, and its stock was committed.", topic=FREED)
CANCELLED = Event(
    "sales_order.cancelled", "An order was cancelled, or what was left of a partly shipped one.", topic=FREED
)
CLOSED = Event("sales_order.closed", "A partly shipped order was closed.", topic=FREED)
BEGUN = Event(
    "sales_order.begun",
    "A job was started for a change of an order that does not fit into one transaction.",
    starts_job=True,
    topic=FREED,
)
ADVANCED = Event("sales_order.advanced", "A job did a step of its work on an order.", topic=FREED)
FOLLOWING_MERGE = Event(
    "sales_order.following_merge",
    "A job was started that moves the orders of a merged customer to the one in its place, or back.",
    entity="party",
    fields=(),
    starts_job=True,
)
MOVED = Event(
    "sales_order.moved", "An order got the customer in whose place its own one was merged, or its own one back."
)
UNDONE = Event(
    "sales_order.undone", "A job reverted its work on an order, because it could not be completed.", topic=FREED
)
BACKORDER_FILLED = Event(
    "sales_order.backorder_filled",
    "Available stock was committed to the backordered lines of an order.",
)
