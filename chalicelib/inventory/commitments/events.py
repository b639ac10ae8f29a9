"""Events of commitments."""

from chalicelib.inventory.stock.events import FREED
from chalicelib.kernel.events import Event

REQUEUED = Event(
    "stock.requeued",
    "The rows of who waits for stock were set to what an order waits for.",
    entity="stock",
    topic=FREED,
)
FILLED = Event("stock.committed", "Available stock was committed to who waited for it.", entity="stock")
