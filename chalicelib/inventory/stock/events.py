"""Events of stock."""

from chalicelib.kernel.events import Event

RECEIVED = Event("stock.received", "Goods came in.")
ADJUSTED = Event("stock.adjusted", "What is on hand was corrected.")
TRANSFERRED = Event("stock.transferred", "Stock moved between locations.")
BLOCKED = Event("stock.blocked", "Balances take no reservations and receipts any more.")
UNBLOCKED = Event("stock.unblocked", "Balances take reservations and receipts again.")
REPAIRED = Event("stock.repaired", "A balance was set to what its movements and the orders say.")
