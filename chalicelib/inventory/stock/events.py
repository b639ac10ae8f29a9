"""Events of stock."""

from chalicelib.kernel.events import Event

RECEIVED = Event("stock.received", "Goods were received.")
ADJUSTED = Event("stock.adjusted", "The quantity on hand was corrected.")
TRANSFERRED = Event("stock.transferred", "Stock moved between locations.")
BLOCKED = Event("stock.blocked", "New reservations and receipts of balances were blocked.")
UNBLOCKED = Event("stock.unblocked", "Balances were unblocked for reservations and receipts.")
REPAIRED = Event("stock.repaired", "A balance was set to the quantities of its movements and of orders.")
