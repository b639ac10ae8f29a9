"""Events of item templates."""

from chalicelib.kernel.events import Event
from chalicelib.search.index.events import TOPIC as SEARCH

CREATED = Event("item_template.created", "A template of items was added.", fields=())
UPDATED = Event(
    "item_template.updated",
    "A template of items changed, and with it the variants that inherit from it.",
    topics=(SEARCH,),
)
VARIED = Event("item_template.varied", "Items were made from a template; they are the subjects.", topics=(SEARCH,))
ARCHIVED = Event("item_template.archived", "A template of items was archived.")
RESTORED = Event("item_template.restored", "An archived template of items was restored.")
