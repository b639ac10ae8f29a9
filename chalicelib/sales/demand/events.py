"""Events of backorders."""

from chalicelib.kernel.events import Event

BACKORDER_FILLED = Event(
    "sales_order.backorder_filled", "Stock that came in was reserved for an order that waited for it."
)
