"""Counts over HTTP."""

from chalicelib.access import permissions
from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.reporting.counts import service
from chalicelib.reporting.counts.schemas import Counts, CountsQuery

routes = Routes(__name__, "Counts", "How much waits for somebody, for the badges of a screen.")


@routes.get(
    "/v1/counts",
    permission=permissions.SELF,
    scope=Scope.FILTERED,
)
def read_counts(request: Request[NoBody, CountsQuery]) -> Counts:
    """Count what waits for somebody.

    One request for all badges of a screen. Each count needs the permission to read what it counts; the others are left
    out. A count may be some seconds old.
    """
    return service.read(request.call, request.query)
