"""Events of stock documents."""

from chalicelib.inventory.stock.events import TOPIC as STOCK
from chalicelib.kernel.events import Event

_ENTITY = "stock_document"
OPENED = Event("stock.opened", "Stock from before NovexERP was entered.", entity=_ENTITY, topic=STOCK)
RECEIVED = Event("stock.received", "Goods were received.", entity=_ENTITY, topic=STOCK)
ADJUSTED = Event("stock.adjusted", "The quantity on hand was corrected.", entity=_ENTITY, topic=STOCK)
TRANSFERRED = Event("stock.transferred", "Stock moved between locations, or left.", entity=_ENTITY, topic=STOCK)
ARRIVED = Event("stock.arrived", "Goods of a transfer arrived.", entity=_ENTITY, topic=STOCK)
REVERSED = Event("stock.reversed", "A stock document was taken back by another one.", entity=_ENTITY, topic=STOCK)
BEGUN = Event(
    "stock.begun",
    "A job was started for a stock document that does not fit into one transaction.",
    entity=_ENTITY,
    starts_job=True,
    topic=STOCK,
)
ADVANCED = Event("stock.advanced", "A job posted lines of a stock document.", entity=_ENTITY, topic=STOCK)
