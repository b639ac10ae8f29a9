"""Stock over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.inventory.stock import service
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.inventory.stock.schemas import (
    Adjustment,
    AsOf,
    AsOfQuery,
    Availability,
    AvailabilityQuery,
    Balance,
    BalanceQuery,
    LedgerQuery,
    Movement,
    Operation,
    Receipt,
    Transfer,
)
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Stock")


@routes.post(
    "/v1/stock/receipts",
    permission="stock.receive",
    scope=Scope.FILTERED,
    status=201,
)
def receive_stock(request: Request[Receipt, NoQuery]) -> Answer[Operation]:
    """Receive goods.

    Backordered orders are filled afterwards, oldest first.
    """
    return request.commit(service.receive, request.body)


@routes.post(
    "/v1/stock/adjustments",
    permission="stock.adjust",
    scope=Scope.FILTERED,
    status=201,
    errors=[InsufficientStock],
)
def adjust_stock(request: Request[Adjustment, NoQuery]) -> Answer[Operation]:
    """Adjust quantities on hand, with a reason.

    Only available stock can be removed; refused when less is available.
    """
    return request.commit(service.adjust, request.body)


@routes.post(
    "/v1/stock/transfers",
    permission="stock.transfer",
    scope=Scope.FILTERED,
    status=201,
    errors=[InsufficientStock],
)
def transfer_stock(request: Request[Transfer, NoQuery]) -> Answer[Operation]:
    """Transfer stock between locations."""
    return request.commit(service.transfer, request.body)


@routes.get(
    "/v1/stock/balances",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_balances(request: Request[NoBody, BalanceQuery]) -> Page[Balance]:
    """List balances of an item or of a location."""
    return service.page_balances(request.call, request.query)


@routes.get(
    "/v1/stock/ledger",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_movements(request: Request[NoBody, LedgerQuery]) -> Page[Movement]:
    """List the movements of an item at a location, newest first, each with the balance after it."""
    return service.page_ledger(request.call, request.query)


@routes.get(
    "/v1/stock/as-of",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def read_stock_as_of(request: Request[NoBody, AsOfQuery]) -> AsOf:
    """Read the quantity on hand at a time."""
    return service.as_of(request.call, request.query)


@routes.get(
    "/v1/stock/availability",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def read_availability(request: Request[NoBody, AvailabilityQuery]) -> Availability:
    """Read the available quantities of up to 100 SKUs."""
    return service.availability(request.call, request.query)
