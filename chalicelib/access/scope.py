"""Location scope: what a route does about callers who are limited to warehouses."""

from enum import StrEnum

from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden


class Scope(StrEnum):
    """WHOLE: shows or changes more than single warehouses, so it is refused to limited callers; the default. FREE: has
    nothing to do with warehouses. CUT: shows and changes only what lies in the caller's warehouses; everything else
    answers as if it were not there (`Call.sees`)."""

    UNRESTRICTED_ONLY = "unrestricted_only"
    ANY = "any"
    FILTERED = "filtered"


def require(call: Call, scope: Scope) -> None:
    """Forbidden when the caller is limited to warehouses and the route cannot be cut to them."""
    if call.scope_ids is not None and scope is Scope.UNRESTRICTED_ONLY:
        raise Forbidden("This goes beyond the warehouses that you are limited to.")
