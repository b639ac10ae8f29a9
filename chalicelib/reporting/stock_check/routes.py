"""The self-check over HTTP."""

from chalicelib.edge.endpoint import ExtraPermission, NoQuery, Request, Routes
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.quotas import QuotaReached
from chalicelib.reporting.stock_check import service
from chalicelib.reporting.stock_check.schemas import NewStockCheck, StockCheckStarted

routes = Routes(__name__, "Stock")
_REPAIRS: ExtraPermission[NewStockCheck] = ExtraPermission("stock.repair", "with `repair`", lambda body: body.repair)


@routes.post(
    "/v1/stock/check",
    permission="stock.check",
    extra_permissions=[_REPAIRS],
    status=202,
    asynchronous=True,
    errors=[QuotaReached],
)
def check_stock(request: Request[NewStockCheck, NoQuery]) -> Answer[StockCheckStarted]:
    """Check stock against its ledger and the open orders.

    A job compares everything twice, five seconds apart; its report lists what drifted, and what was repaired.
    """
    return request.commit(service.begin, request.body)
