"""Events of stock documents."""

from chalicelib.inventory.stock.events import TOPIC as STOCK
from chalicelib.kernel.events import Event
from chalicelib.search.index.events import TOPIC as SEARCH

_ENTITY = "stock_document"
OPENED = Event("stock.opened", "Stock from before NovexERP was entered.", entity=_ENTITY, topics=(STOCK, SEARCH))
RECEIVED = Event("stock.received", "Goods were received.", entity=_ENTITY, topics=(STOCK, SEARCH))
ADJUSTED = Event("stock.adjusted", "The quantity on hand was corrected.", entity=_ENTITY, topics=(STOCK, SEARCH))
TRANSFERRED = Event(
    "stock.transferred", "Stock moved between locations, or left.", entity=_ENTITY, topics=(STOCK, SEARCH)
)
ARRIVED = Event("stock.arrived", "Goods of a transfer arrived.", entity=_ENTITY, topics=(STOCK,))
REVERSED = Event(
    "stock.reversed", "A stock document was taken back by another one.", entity=_ENTITY, topics=(STOCK, SEARCH)
)
BEGUN = Event(
    "stock.begun",
    "A job was started for a stock document that does not fit into one transaction.",
    entity=_ENTITY,
    starts_job=True,
    topics=(STOCK, SEARCH),
)
ADVANCED = Event("stock.advanced", "A job posted lines of a stock document.", entity=_ENTITY, topics=(STOCK,))
