"""The access log over HTTP."""

from chalicelib.audit.access_log import service
from chalicelib.audit.access_log.schemas import AccessLogEntry, AccessQuery
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Access log", "Who called which operation, from where, and how it was answered.")


@routes.get(
    "/v1/access-log",
    permission="access_log.read",
)
def list_access_log(request: Request[NoBody, AccessQuery]) -> Page[AccessLogEntry]:
    """List requests to the API, newest first.

    Who called which operation, from where, and the status of the response; refused requests of your tenant too. A
    request shows after about a minute. `GET /v1/retention/rules` says how long it is kept.
    """
    return service.page(request.call, request.query)
