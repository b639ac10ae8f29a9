"""Events of parties, whichever door they come through."""

from chalicelib.kernel.events import Event

CREATED = Event("party.created", "A customer or vendor was added.", fields=())
UPDATED = Event("party.updated", "Fields of a customer or vendor changed.")
ARCHIVED = Event("party.archived", "A customer or vendor was archived.")
RESTORED = Event("party.restored", "An archived customer or vendor was restored.")
ROLE_ADDED = Event("party.role_added", "A customer became a vendor too, or a vendor a customer.")
UPSERTED = Event("party.upserted", "Customers or vendors were added or changed by a bulk upsert or an import.")
MATCHED = Event("party.matched", "A customer of another system was matched to an existing customer, or added.")
MERGED = Event("party.merged", "A customer or vendor was merged into another one, the first subject.")
UNMERGED = Event("party.unmerged", "A merge of customers or vendors was undone.")
