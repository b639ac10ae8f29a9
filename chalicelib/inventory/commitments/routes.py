"""Who waits for stock, over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.inventory.commitments import service
from chalicelib.inventory.commitments.schemas import HoldersQuery, StockHolding, StockWaiting, WaitingQuery
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Stock")


@routes.get(
    "/v1/stock/waiting",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_waiting(request: Request[NoBody, WaitingQuery]) -> Page[StockWaiting]:
    """List who waits for an item in a warehouse.

    In the order in which they are served as soon as there is stock: by priority, then by promised date, then by the
    time of confirmation. Nobody who orders later gets what others wait for.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/stock/holders",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_holders(request: Request[NoBody, HoldersQuery]) -> Page[StockHolding]:
    """List who has committed an item in a warehouse.

    The one first whose turn comes last, which gives its stock up first when a count finds less than is committed. The
    list is updated within seconds after a change.
    """
    return service.page_holders(request.call, request.query)
