"""Events of stock."""

from chalicelib.kernel.events import Event

TOPIC = "stock"
"""Of events after which stock may be available or missing, or somebody may hold it or wait for it. Their entries name
the items that have to be looked at."""
BLOCKED = Event("stock.blocked", "Nothing new of an item is committed or received.", entity="item")
UNBLOCKED = Event("stock.unblocked", "An item is committed and received again.", entity="item", topics=(TOPIC,))
SETTING_APPLIED = Event(
    "warehouse.setting_applied",
    "Locations and stock of a warehouse, of the items that it names, follow what the warehouse says by now.",
    fields=(),
    topics=(TOPIC,),
)
REPAIRED = Event(
    "stock.repaired",
    "A stock row was set to the quantities of its movements and of orders.",
    entity="stock",
    fields=("on_hand", "committed", "held", "waiting", "loose", "seq"),
    topics=(TOPIC,),
)
