"""The self-check over HTTP."""

from chalicelib.access import permissions
from chalicelib.edge.endpoint import Request, Routes
from chalicelib.kernel.idempotency import Answer
from chalicelib.reporting.stock_check import service
from chalicelib.reporting.stock_check.schemas import CheckStarted, NewCheck

routes = Routes(__name__, "Stock")


@routes.post(
    "/v1/stock/check",
    permission="stock.check",
    body=NewCheck,
    returns=CheckStarted,
    status=202,
    asynchronous=True,
)
def check_stock(request: Request) -> Answer:
    """Check stock against its ledger and the open orders.

    A job compares everything twice, five seconds apart; its report lists what drifted, and what was repaired.
    """
    if request.body.repair:
        permissions.require(request.call, "stock.repair")
    return request.commit(service.begin, request.body)
