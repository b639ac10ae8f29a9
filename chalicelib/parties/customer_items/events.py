"""Events of customers' own codes of items."""

from chalicelib.kernel.events import Event

SET = Event(
    "customer_item.set",
    "A customer's own code of an item, its first subject, was set or taken away.",
    entity="party",
    fields=(),
)
