"""Vendors as search finds them."""

from collections.abc import Collection

from chalicelib.kernel.call import Call
from chalicelib.parties.parties import searching
from chalicelib.parties.parties.schemas import PartyRole
from chalicelib.search.index.documents import SearchDocument


def documents(call: Call, vendor_ids: Collection[str]) -> list[SearchDocument]:
    """The vendors with these ids."""
    return searching.documents(call, PartyRole.VENDOR, vendor_ids)
