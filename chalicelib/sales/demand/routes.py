"""Demand over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.kernel.lists import Page
from chalicelib.sales.demand import service
from chalicelib.sales.demand.schemas import Demand, DemandQuery

routes = Routes(__name__, "Stock")


@routes.get(
    "/v1/stock/demand",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_demand(request: Request[NoBody, DemandQuery]) -> Page[Demand]:
    """List the orders that hold an item or wait for it.

    A projection that follows within seconds; backorders are filled in this order.
    """
    return service.page(request.call, request.query)
