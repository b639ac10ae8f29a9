"""Limits over HTTP."""

from chalicelib.access import permissions
from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.reporting.limits import service
from chalicelib.reporting.limits.schemas import Limits

routes = Routes(__name__, "Rates and quotas", "How often your tenant may do something, and how much of that is left.")


@routes.get(
    "/v1/limits",
    permission=permissions.SELF,
    scope=Scope.ANY,
)
def read_limits(request: Request[NoBody, NoQuery]) -> Limits:
    """Read the limits of your tenant.

    The rates of requests, whose remainder is in the header `RateLimit` of every response, and the quotas of the day.
    """
    return service.read(request.call)
