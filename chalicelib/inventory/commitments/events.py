"""Events of commitments."""

from chalicelib.inventory.stock.events import TOPIC as STOCK
from chalicelib.kernel.events import Event

REQUEUED = Event(
    "stock.requeued",
    "The rows of who waits for stock were set to what an order waits for.",
    entity="stock",
    topics=(STOCK,),
)
GIVEN_UP = Event(
    "stock.given_up", "Stock that was committed is not there any more; who came last waits again.", entity="stock"
)
FILLED = Event("stock.committed", "Available stock was committed to who waited for it.", entity="stock")
