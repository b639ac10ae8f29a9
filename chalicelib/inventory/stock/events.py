"""Events of stock."""

from chalicelib.kernel.events import Event

RECEIVED = Event("stock.received", "Goods were received.", entity="stock_operation")
ADJUSTED = Event("stock.adjusted", "The quantity on hand was corrected.", entity="stock_operation")
TRANSFERRED = Event("stock.transferred", "Stock moved between locations.", entity="stock_operation")
BLOCKED = Event("stock.blocked", "New reservations and receipts of balances were blocked.", entity="item")
UNBLOCKED = Event("stock.unblocked", "Balances were unblocked for reservations and receipts.", entity="item")
REPAIRED = Event(
    "stock.repaired",
    "A balance was set to the quantities of its movements and of orders.",
    entity="balance",
    fields=("on_hand", "committed", "seq"),
)
