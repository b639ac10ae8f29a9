"""Stock over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.inventory.stock import service
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.inventory.stock.schemas import (
    AsOfQuery,
    AvailabilityQuery,
    BalanceQuery,
    LedgerQuery,
    StockAdjustment,
    StockAsOf,
    StockAvailability,
    StockBalance,
    StockMovement,
    StockOperation,
    StockReceipt,
    StockTransfer,
)
from chalicelib.kernel.errors import TooManyActions
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Stock", "Quantities on hand, committed and available, and the operations that change them.")


@routes.post(
    "/v1/stock/receipts",
    permission="stock.receive",
    scope=Scope.FILTERED,
    status=201,
    errors=[TooManyActions],
)
def receive_stock(request: Request[StockReceipt, NoQuery]) -> Answer[StockOperation]:
    """Receive goods.

    Backordered orders are filled afterwards, oldest first.
    """
    service.make_room(request.call, [line.item_id for line in request.body.lines])
    return request.commit(service.receive, request.body)


@routes.post(
    "/v1/stock/adjustments",
    permission="stock.adjust",
    scope=Scope.FILTERED,
    status=201,
    errors=[InsufficientStock, TooManyActions],
)
def adjust_stock(request: Request[StockAdjustment, NoQuery]) -> Answer[StockOperation]:
    """Adjust quantities on hand, with a reason.

    Only available stock can be removed; refused when less is available.
    """
    service.make_room(request.call, [line.item_id for line in request.body.lines if line.change > 0])
    return request.commit(service.adjust, request.body)


@routes.post(
    "/v1/stock/transfers",
    permission="stock.transfer",
    scope=Scope.FILTERED,
    status=201,
    errors=[InsufficientStock, TooManyActions],
)
def transfer_stock(request: Request[StockTransfer, NoQuery]) -> Answer[StockOperation]:
    """Transfer stock between locations.

    Only available stock can be moved; refused when less is available. Both sides change at the same time.
    """
    return request.commit(service.transfer, request.body)


@routes.get(
    "/v1/stock/balances",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_balances(request: Request[NoBody, BalanceQuery]) -> Page[StockBalance]:
    """List balances.

    How much is on hand, committed and available: of an item at all locations, of all items at a location, or of an item
    at a location. One of the two filters is required.
    """
    return service.page_balances(request.call, request.query)


@routes.get(
    "/v1/stock/ledger",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_movements(request: Request[NoBody, LedgerQuery]) -> Page[StockMovement]:
    """List the movements of an item at a location, newest first.

    Each with the quantity on hand after it.
    """
    return service.page_ledger(request.call, request.query)


@routes.get(
    "/v1/stock/as-of",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def read_stock_as_of(request: Request[NoBody, AsOfQuery]) -> StockAsOf:
    """Read the quantity on hand at a time.

    Of an item at a location, computed from the movements up to that time.
    """
    return service.as_of(request.call, request.query)


@routes.get(
    "/v1/stock/availability",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def read_availability(request: Request[NoBody, AvailabilityQuery]) -> StockAvailability:
    """Read the available quantities of SKUs.

    Of up to 100 at once: at one location, at the default location of a warehouse, or as the sum of all locations.
    """
    return service.availability(request.call, request.query)
