"""The declaration of the store of parties. Its doors are parties/customers and parties/vendors."""

from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "parties.parties",
    tables=("tables",),
    writers={"parties": BY_USE_CASES, "party_lookups": BY_USE_CASES},
    events="events",
)
