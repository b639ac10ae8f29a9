"""Events of shipments."""

from chalicelib.inventory.stock.events import TOPIC as STOCK
from chalicelib.kernel.events import Event
from chalicelib.search.index.events import TOPIC as SEARCH

CREATED = Event(
    "shipment.created", "A shipment was created, as a pick list of committed stock.", fields=(), topics=(SEARCH,)
)
PACKED = Event("shipment.packed", "A shipment was packed.", topics=(SEARCH,))
SHIPPED = Event("shipment.shipped", "A shipment was shipped.", topics=(SEARCH,))
DELIVERED = Event("shipment.delivered", "A shipment has reached the customer.")
FELL_SHORT = Event(
    "shipment.fell_short",
    "Goods of a pick list were not found: they are kept as missing until they are counted.",
    topics=(STOCK,),
)
CANCELLED = Event(
    "shipment.cancelled", "A shipment was cancelled, or reversed after it had been shipped.", topics=(STOCK,)
)
READDRESSED = Event(
    "shipment.readdressed",
    "The address of the order was changed: a draft shipment follows, a packed one says that it differs.",
)
REQUEUED = Event("shipment.requeued", "The priority of the order was changed, and its place in the pick queue with it.")
UPDATED = Event("shipment.updated", "Carrier or tracking of a shipment was changed.", topics=(SEARCH,))
BEGUN = Event(
    "shipment.begun",
    "A job was started for a shipment that does not fit into one transaction.",
    starts_job=True,
    topics=(SEARCH,),
)
ADVANCED = Event("shipment.advanced", "A job moved the stock of a part of a shipment.")
