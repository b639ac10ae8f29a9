"""Events of sales orders."""

from chalicelib.kernel.events import Event

CREATED = Event("sales_order.created", "An order was drafted.")
UPDATED = Event("sales_order.updated", "An order changed, and what is reserved followed.")
CONFIRMED = Event("sales_order.confirmed", "An order became binding and its stock was reserved.")
CANCELLED = Event("sales_order.cancelled", "An order ended before anything was shipped.")
CLOSED = Event("sales_order.closed", "A partly shipped order ended.")
BEGUN = Event("sales_order.begun", "A job began to work on an order that one transaction does not hold.")
ADVANCED = Event("sales_order.advanced", "A job did a part of its work on an order.")
UNDONE = Event("sales_order.undone", "A job took back its work on an order, which could not be done as a whole.")
