"""Events of sales orders."""

from chalicelib.inventory.stock.events import TOPIC as STOCK
from chalicelib.kernel.events import Event
from chalicelib.search.index.events import TOPIC as SEARCH

CREATED = Event("sales_order.created", "An order was drafted.", fields=(), topics=(SEARCH,))
UPDATED = Event("sales_order.updated", "An order was changed, and its commitments with it.", topics=(STOCK, SEARCH))
CONFIRMED = Event(
    "sales_order.confirmed", "An order was confirmed, and its stock was committed.", topics=(STOCK, SEARCH)
)
PRIORITIZED = Event("sales_order.prioritized", "It was changed when an order gets stock.", topics=(STOCK,))
HELD = Event("sales_order.held", "An order was put on hold: nothing of it is picked or shipped meanwhile.")
RELEASED = Event("sales_order.released", "A hold of an order was lifted.")
PAYMENT_SET = Event("sales_order.payment_set", "It was recorded whether an order is paid.")
COUNTING_CREDIT = Event(
    "sales_order.counting_credit",
    "A job was started that counts the orders of a customer who has a credit limit for the first time, and looks again "
    "at those that are on hold for credit.",
    entity="party",
    fields=(),
    starts_job=True,
)
CREDIT_COUNTED = Event("sales_order.credit_counted", "An order was counted in the credit of its customer.")
CREDIT_REVIEWED = Event(
    "sales_order.credit_reviewed", "The hold for credit of an order was lifted, because the credit limit has changed."
)
CANCELLED = Event(
    "sales_order.cancelled", "An order was cancelled, or what was left of a partly shipped one.", topics=(STOCK,)
)
CLOSED = Event("sales_order.closed", "A partly shipped order was closed.", topics=(STOCK,))
BEGUN = Event(
    "sales_order.begun",
    "A job was started for a change of an order that does not fit into one transaction.",
    starts_job=True,
    topics=(STOCK, SEARCH),
)
ADVANCED = Event("sales_order.advanced", "A job did a step of its work on an order.", topics=(STOCK, SEARCH))
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
    "sales_order.undone",
    "A job reverted its work on an order, because it could not be completed.",
    topics=(STOCK, SEARCH),
)
BACKORDER_FILLED = Event(
    "sales_order.backorder_filled",
    "Available stock was committed to the backordered lines of an order.",
    topics=(STOCK,),
)
FELL_SHORT = Event(
    "sales_order.fell_short",
    "Stock that was committed to an order is not there any more; it waits again.",
    topics=(STOCK,),
)
