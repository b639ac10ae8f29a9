"""Stock over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.inventory.stock import as_of, ledger, place_lists, service
from chalicelib.inventory.stock.ledger_schemas import AsOfQuery, LedgerQuery, StockAsOf, StockMovement
from chalicelib.inventory.stock.level_schemas import (
    AvailabilityQuery,
    PlaceQuery,
    StockAvailability,
    StockLevel,
    StockPlace,
    StockQuery,
)
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.pages import Page

routes = Routes(
    __name__, "Stock", "Quantities on hand, committed, held and available, and the operations that change them."
)


@routes.get(
    "/v1/stock",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_stock(request: Request[NoBody, StockQuery]) -> Page[StockLevel]:
    """List stock.

    How much is on hand, committed, held, available and waited for: of an item in all warehouses, of all items in a
    warehouse, or of an item in a warehouse. One of the two filters is required; those of a warehouse can be narrowed to
    a category.
    """
    return service.page_levels(request.call, request.query)


@routes.get(
    "/v1/stock/places",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_places(request: Request[NoBody, PlaceQuery]) -> Page[StockPlace]:
    """List where stock lies.

    Of an item at all locations, of all items at a location, or of an item at a location. A location counts with all
    that lie in it, unless `with_inner` is false; each place is named itself. Places where nothing lies are left out.
    Orders commit stock of a whole warehouse; what they take from a location is decided when it is picked.
    """
    return place_lists.page(request.call, request.query)


@routes.get(
    "/v1/stock/ledger",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def list_movements(request: Request[NoBody, LedgerQuery]) -> Page[StockMovement]:
    """List movements of stock.

    Of an item in a warehouse, or at a location and all that lie in it, newest first; or of a stock document, in the
    order of its lines, or of a shipment, oldest first. Each with the quantities on hand after it.
    """
    return ledger.page_ledger(request.call, request.query)


@routes.get(
    "/v1/stock/as-of",
    permission="stock.read",
    scope=Scope.FILTERED,
    errors=[NotFound],
)
def read_stock_as_of(request: Request[NoBody, AsOfQuery]) -> StockAsOf:
    """Read the quantity on hand at a time.

    Of an item in a warehouse, or at a location and all that lie in it, computed from the movements up to that time.
    """
    return as_of.read(request.call, request.query)


@routes.get(
    "/v1/stock/availability",
    permission="stock.read",
    scope=Scope.FILTERED,
)
def read_availability(request: Request[NoBody, AvailabilityQuery]) -> StockAvailability:
    """Read the available quantities of SKUs.

    Of up to 100 at once: in one warehouse, or as the sum of all.
    """
    return service.availability(request.call, request.query)
