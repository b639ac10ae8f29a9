"""Demand over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.kernel.pages import Page
from chalicelib.sales.demand import service
from chalicelib.sales.demand.schemas import Demand, DemandQuery

routes = Routes(__name__, "Stock")


@routes.get(
    "/v1/stock/demand",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_demand(request: Request[NoBody, DemandQuery]) -> Page[Demand]:
    """List the orders that wait for an item.

    In the order in which backorders are filled: the oldest order first. The list is updated within seconds after a
    change.
    """
    return service.page(request.call, request.query)
