"""The reports on stock over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.inventory.stock_reports import service
from chalicelib.inventory.stock_reports.schemas import (
    SlowMover,
    SlowMoversQuery,
    StockAge,
    StockAgeingQuery,
    StockAsOfQuery,
    StockOnHand,
)
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Reports", "What the stock of a warehouse was, how old it is, and what does not sell.")


@routes.get(
    "/v1/reports/stock-as-of",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def report_stock_as_of(request: Request[NoBody, StockAsOfQuery]) -> Page[StockOnHand]:
    """Report what there was in a warehouse at a time.

    By item, without items of which there was nothing.
    """
    return service.page_as_of(request.call, request.query)


@routes.get(
    "/v1/reports/stock-ageing",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def report_stock_ageing(request: Request[NoBody, StockAgeingQuery]) -> Page[StockAge]:
    """Report how old the stock of a warehouse is.

    By item: how much of what is on hand came how many days ago, if what came first leaves first. Goods come by opening
    stock, receipts, transfers from another warehouse, and when they are found; what is moved within the warehouse, or
    comes back by the cancellation of a shipment, keeps its age.
    """
    return service.page_ageing(request.call, request.query)


@routes.get(
    "/v1/reports/slow-movers",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def report_slow_movers(request: Request[NoBody, SlowMoversQuery]) -> Page[SlowMover]:
    """Report what does not sell.

    By item: what lies in the warehouse, and of which nothing was shipped for so many days. What never was shipped is
    measured from the day on which it first came.
    """
    return service.page_slow_movers(request.call, request.query)
