"""Events of sales orders."""

from chalicelib.kernel.events import Event

CREATED = Event("sales_order.created", "An order was drafted.")
UPDATED = Event("sales_order.updated", "An order was changed, and its reservations with it.")
CONFIRMED = Event("sales_order.confirmed", "An order was confirmed, and its stock was reserved.")
CANCELLED = Event("sales_order.cancelled", "An order was cancelled before anything was shipped.")
CLOSED = Event("sales_order.closed", "A partly shipped order was closed.")
BEGUN = Event("sales_order.begun", "A job was started for a change of an order that does not fit into one transaction.")
ADVANCED = Event("sales_order.advanced", "A job did a step of its work on an order.")
UNDONE = Event("sales_order.undone", "A job reverted its work on an order, because it could not be completed.")
