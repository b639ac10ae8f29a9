"""Changes over HTTP."""

from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.events import service
from chalicelib.events.schemas import Changes, ChangesQuery, ParkedChange, ParkedQuery
from chalicelib.kernel.pages import Page

routes = Routes(
    __name__, "Changes", "The feed of all changes to the tenant's documents, in order, for programs that follow them."
)


@routes.get(
    "/v1/changes",
    permission="change.read",
)
def list_changes(request: Request[NoBody, ChangesQuery]) -> Changes:
    """List changes in order.

    Every commit is one change with the next number of your tenant. Send `next_after` as `after` to go on: no change is
    left out and none comes twice. Changes name the fields that changed; read the documents for their content.
    """
    return service.changes(request.call, request.query)


@routes.get(
    "/v1/changes/parked",
    permission="change.read",
)
def list_parked_changes(request: Request[NoBody, ParkedQuery]) -> Page[ParkedChange]:
    """List changes that a part of the product could not handle.

    They are tried again by themselves, for the first time after five minutes.
    """
    return service.parked(request.call, request.query)
