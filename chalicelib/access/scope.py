"""Scope: how a route treats callers who are limited to parts of the tenant, which are warehouses."""

from enum import StrEnum

from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden


class Scope(StrEnum):
    """UNRESTRICTED_ONLY: refused to limited callers, because it shows or changes more than single parts; the default.
    ANY: independent of parts. FILTERED: shows and changes only rows of the caller's parts; other rows are not found
    (`Call.sees`)."""

    UNRESTRICTED_ONLY = "unrestricted_only"
    ANY = "any"
    FILTERED = "filtered"


def require(call: Call, scope: Scope) -> None:
    """Forbidden when the caller is limited and the route is UNRESTRICTED_ONLY."""
    if call.scope_ids is not None and scope is Scope.UNRESTRICTED_ONLY:
        raise Forbidden("This goes beyond the warehouses that you are limited to.")
