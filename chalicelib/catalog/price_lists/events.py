"""Events of price lists and their prices."""

from chalicelib.kernel.events import Event

CREATED = Event("price_list.created", "A price list was added.", fields=())
UPDATED = Event("price_list.updated", "Fields of a price list changed.")
ARCHIVED = Event("price_list.archived", "A price list was archived.")
RESTORED = Event("price_list.restored", "An archived price list was restored.")
PRICES_SET = Event("price_list.prices_set", "Prices of items in a price list were set; its subjects are the items.")
PRICES_BULK_FINISHED = Event(
    "price_list.prices_bulk_finished", "Setting prices, skipping invalid rows, has ended.", entity="bulk_prices"
)
