"""Events of tax codes."""

from chalicelib.kernel.events import Event

CREATED = Event("tax_code.created", "A tax code was added.", fields=())
UPDATED = Event("tax_code.updated", "Fields of a tax code changed.")
ARCHIVED = Event("tax_code.archived", "A tax code was archived.")
RESTORED = Event("tax_code.restored", "An archived tax code was restored.")
UPSERTED = Event("tax_code.upserted", "Tax codes were added or changed by a bulk upsert or an import.")
