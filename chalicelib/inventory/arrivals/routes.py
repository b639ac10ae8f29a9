"""Expected arrivals over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.inventory.arrivals import service
from chalicelib.inventory.arrivals.schemas import (
    Arrival,
    ArrivalChange,
    ArrivalId,
    ArrivalQuery,
    NewArrival,
    OutlookQuery,
    StockOutlook,
)
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Expected arrivals", "Goods that are expected, and what can be promised because of them.")


@routes.post(
    "/v1/arrivals",
    permission="arrival.write",
    scope=Scope.FILTERED,
    status=201,
    location="/v1/arrivals/{id}",
)
def create_arrival(request: Request[NewArrival, NoQuery]) -> Answer[Arrival]:
    """Expect goods.

    They are promised by the outlook from their day on; nothing is in stock before it is received.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/arrivals",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_arrivals(request: Request[NoBody, ArrivalQuery]) -> Page[Arrival]:
    """List expected arrivals.

    All, oldest first; or those that are expected of an item in a warehouse, the next one first.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/arrivals/{arrival_id}",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def read_arrival(request: Request[NoBody, NoQuery], arrival_id: ArrivalId) -> Arrival:
    """Read an expected arrival.

    Also when it is done.
    """
    return service.read(request.call, arrival_id)


@routes.patch(
    "/v1/arrivals/{arrival_id}",
    permission="arrival.write",
    scope=Scope.FILTERED,
    errors=[TransitionRefused],
)
def update_arrival(request: Request[ArrivalChange, NoQuery], arrival_id: ArrivalId) -> Answer[Arrival]:
    """Change an expected arrival.

    Its quantity, day or reference. Refused when it is done.
    """
    return request.commit(service.update, arrival_id, request.body)


@routes.post(
    "/v1/arrivals/{arrival_id}/complete",
    permission="arrival.write",
    scope=Scope.FILTERED,
    change=True,
    errors=[TransitionRefused],
)
def complete_arrival(request: Request[NoBody, NoQuery], arrival_id: ArrivalId) -> Answer[Arrival]:
    """Complete an expected arrival.

    The goods have come and are received by a receipt, or they are not expected any more.
    """
    return request.commit(service.complete, arrival_id)


@routes.get(
    "/v1/stock/outlook",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def read_stock_outlook(request: Request[NoBody, OutlookQuery]) -> StockOutlook:
    """Read what is going to be of an item in a warehouse.

    What can be promised today and from each expected arrival on, and when those who wait get their goods.
    """
    return service.outlook(request.call, request.query)
