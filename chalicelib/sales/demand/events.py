"""Events of backorders."""

from chalicelib.kernel.events import Event

BACKORDER_FILLED = Event(
    "sales_order.backorder_filled",
    "Available stock was committed for the backordered lines of an order.",
)
