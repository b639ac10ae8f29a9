"""Scope: what a route does about callers who are limited to parts of the tenant. Inventory limits users to
warehouses."""

from enum import StrEnum

from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden


class Scope(StrEnum):
    """UNRESTRICTED_ONLY: shows or changes more than single parts, so it is refused to limited callers; the default.
    ANY: has nothing to do with parts. FILTERED: shows and changes only what lies in the caller's parts; everything else
    answers as if it were not there (`Call.sees`)."""

    UNRESTRICTED_ONLY = "unrestricted_only"
    ANY = "any"
    FILTERED = "filtered"


def require(call: Call, scope: Scope) -> None:
    """Forbidden when the caller is limited and the route cannot be cut to what he sees."""
    if call.scope_ids is not None and scope is Scope.UNRESTRICTED_ONLY:
        raise Forbidden("This goes beyond the warehouses that you are limited to.")
