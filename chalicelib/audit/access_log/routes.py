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

    Who called which route, from where, and the status of the answer; refused requests of your tenant too. A request
    shows after about a minute. How long it is kept says `GET /v1/retention/rules`.
    """
    return service.page(request.call, request.query)
