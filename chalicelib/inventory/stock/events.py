"""Events of stock."""

from chalicelib.kernel.events import Event

FREED = "stock_freed"
"""The topic of events after which stock may be available, or somebody waits for some; their entries name the items."""
RECEIVED = Event("stock.received", "Goods were received.", entity="stock_operation", topic=FREED)
ADJUSTED = Event("stock.adjusted", "The quantity on hand was corrected.", entity="stock_operation", topic=FREED)
TRANSFERRED = Event("stock.transferred", "Stock moved between locations.", entity="stock_operation", topic=FREED)
BLOCKED = Event("stock.blocked", "Nothing new of an item is committed or received.", entity="item")
UNBLOCKED = Event("stock.unblocked", "An item is committed and received again.", entity="item", topic=FREED)
REPAIRED = Event(
    "stock.repaired",
    "A stock row was set to the quantities of its movements and of orders.",
    entity="stock",
    fields=("on_hand", "committed", "held", "waiting", "loose", "seq"),
    topic=FREED,
)
