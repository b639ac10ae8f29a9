"""The stock period over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.inventory.periods import service
from chalicelib.inventory.periods.schemas import ClosePeriod, ReopenPeriod, StockPeriod
from chalicelib.kernel.idempotency import Answer

routes = Routes(__name__, "Stock period", "Which days are closed, so that no stock document is dated on them.")


@routes.get(
    "/v1/stock/period",
    permission="stock.read",
    scope=Scope.ANY,
)
def read_stock_period(request: Request[NoBody, NoQuery]) -> StockPeriod:
    """Read which days are closed for stock.

    And up to which day they can be closed now.
    """
    return service.read(request.call)


@routes.post(
    "/v1/stock/period/close",
    permission="stock_period.close",
)
def close_stock_period(request: Request[ClosePeriod, NoQuery]) -> Answer[StockPeriod]:
    """Close days for stock.

    Documents that are dated on a closed day are refused from then on, also those that are on their way at that moment.
    A day can be closed five minutes after its end.
    """
    return request.commit(service.close, request.body)


@routes.post(
    "/v1/stock/period/reopen",
    permission="stock_period.close",
)
def reopen_stock_period(request: Request[ReopenPeriod, NoQuery]) -> Answer[StockPeriod]:
    """Open closed days again.

    All of them, or those after a day.
    """
    return request.commit(service.reopen, request.body)
