"""The declaration of the store of parties. Its doors are parties/customers and parties/vendors."""

from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.extensions import Extension
from chalicelib.kernel.searches import FoundBy, Searchable

_BY = FoundBy.NAMES | FoundBy.CODES

MODULE = Module(
    "parties.parties",
    public={"restrictions": "requests of persons stop uses of their data"},
    tables=("tables",),
    writers={"parties": BY_USE_CASES, "party_lookups": BY_USE_CASES},
    events="events",
    extensions=(Extension("erased", "parties", submodule="person_data"),),
    searches=(
        Searchable("customer", ("pty",), _BY, "searching.customers", permission="customer.read"),
        Searchable("vendor", ("pty",), _BY, "searching.vendors", permission="vendor.read"),
    ),
)
