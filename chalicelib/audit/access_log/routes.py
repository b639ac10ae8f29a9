"""The access log over HTTP."""

from chalicelib.audit.access_log import service
from chalicelib.audit.access_log.schemas import AccessLogEntry, AccessQuery
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Access log")


@routes.get(
    "/v1/access-log",
    permission="access_log.read",
)
def list_access_log(request: Request[NoBody, AccessQuery]) -> Page[AccessLogEntry]:
    """List requests to the API, newest first.

    Who called what, from where, and what came of it; refused requests of your tenant too. Requests show after about
    a minute and are kept for a year.
    """
    return service.page(request.call, request.query)
