"""The declaration of customers' own codes of items."""

from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "parties.customer_items",
    routes="routes",
    tables=("tables",),
    writers={"customer_items": BY_USE_CASES},
    events="events",
    samples="samples",
)
