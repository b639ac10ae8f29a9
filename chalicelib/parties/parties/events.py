"""Events of parties, whichever door they come through."""

from chalicelib.kernel.events import Event
from chalicelib.search.index.events import TOPIC as SEARCH

CREATED = Event("party.created", "A customer or vendor was added.", fields=(), topics=(SEARCH,))
UPDATED = Event("party.updated", "Fields of a customer or vendor changed.", topics=(SEARCH,))
ARCHIVED = Event("party.archived", "A customer or vendor was archived.")
RESTORED = Event("party.restored", "An archived customer or vendor was restored.")
ROLE_ADDED = Event("party.role_added", "A customer became a vendor too, or a vendor a customer.", topics=(SEARCH,))
RESTRICTED = Event(
    "party.restricted", "What the data of a customer or vendor may be used for was changed.", topics=(SEARCH,)
)
UPSERTED = Event(
    "party.upserted", "Customers or vendors were added or changed by a bulk upsert or an import.", topics=(SEARCH,)
)
MATCHED = Event(
    "party.matched", "A customer of another system was matched to an existing customer, or added.", topics=(SEARCH,)
)
MERGED = Event("party.merged", "A customer or vendor was merged into another one, the first subject.", topics=(SEARCH,))
UNMERGED = Event("party.unmerged", "A merge of customers or vendors was undone.", topics=(SEARCH,))
