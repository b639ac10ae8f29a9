"""Price lists, their prices and the preview of prices over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.bulk.schemas import BulkOnError
from chalicelib.catalog.price_lists import preview, prices, service
from chalicelib.catalog.price_lists.errors import TooManyPriceLists
from chalicelib.catalog.price_lists.finding_schemas import PreviewedPrices, PricePreview
from chalicelib.catalog.price_lists.price_schemas import (
    BulkPrices,
    BulkPricesResult,
    ItemPrices,
    PriceQuery,
    PricesSet,
    SetPrices,
)
from chalicelib.catalog.price_lists.schemas import (
    NewPriceList,
    PriceList,
    PriceListChange,
    PriceListId,
    PriceListQuery,
)
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import AlreadyExists, TooManyActions, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(
    __name__, "Price lists", "Prices of items for certain customers, channels, quantities and days, and their preview."
)


@routes.post(
    "/v1/price-lists",
    permission="price.write",
    scope=Scope.ANY,
    status=201,
    location="/v1/price-lists/{id}",
    errors=[AlreadyExists, TooManyPriceLists],
)
def create_price_list(request: Request[NewPriceList, NoQuery]) -> Answer[PriceList]:
    """Create a price list.

    Refused when another one has the code, and when 200 are active already.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/price-lists",
    permission="price.read",
    scope=Scope.ANY,
)
def list_price_lists(request: Request[NoBody, PriceListQuery]) -> Page[PriceList]:
    """List price lists.

    All, or the one with a code; each can be filtered by status, currency, customer group and channel.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/price-lists/{price_list_id}",
    permission="price.read",
    scope=Scope.ANY,
)
def read_price_list(request: Request[NoBody, NoQuery], price_list_id: PriceListId) -> PriceList:
    """Read a price list.

    Also when it is archived.
    """
    return service.read(request.call, price_list_id)


@routes.patch(
    "/v1/price-lists/{price_list_id}",
    permission="price.write",
    scope=Scope.ANY,
    errors=[AlreadyExists],
)
def update_price_list(request: Request[PriceListChange, NoQuery], price_list_id: PriceListId) -> Answer[PriceList]:
    """Change a price list.

    Prices in existing orders do not change. Refused when another price list has the code.
    """
    return request.commit(service.update, price_list_id, request.body)


@routes.post(
    "/v1/price-lists/{price_list_id}/archive",
    permission="price.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def archive_price_list(request: Request[NoBody, NoQuery], price_list_id: PriceListId) -> Answer[PriceList]:
    """Archive a price list.

    Its prices do not count any more, but are kept.
    """
    return request.commit(service.archive, price_list_id)


@routes.post(
    "/v1/price-lists/{price_list_id}/restore",
    permission="price.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused, TooManyPriceLists],
)
def restore_price_list(request: Request[NoBody, NoQuery], price_list_id: PriceListId) -> Answer[PriceList]:
    """Restore an archived price list.

    Its prices count again. Refused when 200 are active already.
    """
    return request.commit(service.restore, price_list_id)


@routes.get(
    "/v1/price-lists/{price_list_id}/prices",
    permission="price.read",
    scope=Scope.ANY,
)
def list_prices(request: Request[NoBody, PriceQuery], price_list_id: PriceListId) -> Page[ItemPrices]:
    """List the prices in a price list.

    All, or those of an item.
    """
    return prices.page(request.call, price_list_id, request.query)


@routes.post(
    "/v1/price-lists/{price_list_id}/prices",
    permission="price.write",
    scope=Scope.ANY,
)
def set_prices(request: Request[SetPrices, NoQuery], price_list_id: PriceListId) -> Answer[PricesSet]:
    """Set the prices of an item in a price list.

    They take the place of those that it has there; none removes it from the list. Refused when two prices of one unit
    count from one quantity on one day.
    """
    return request.commit(prices.set_prices, price_list_id, request.body)


@routes.post(
    "/v1/price-lists/{price_list_id}/prices/bulk-set",
    permission="price.write",
    scope=Scope.ANY,
    rows="prices",
    errors=[TooManyActions],
)
def bulk_set_prices(request: Request[BulkPrices, NoQuery], price_list_id: PriceListId) -> Answer[BulkPricesResult]:
    """Set the prices of up to 100 items in a price list.

    With `on_error` `skip_rows`, valid rows are written and errors are returned by row; with `all_or_nothing`, the
    request is refused when a row is invalid.
    """
    command = request.body
    if command.on_error is BulkOnError.ALL_OR_NOTHING:
        return request.commit(prices.set_all, price_list_id, command)
    if request.is_dry_run:
        return request.answer(prices.skip_rows(request.call, price_list_id, command, request.bad_rows))
    return request.stored() or request.commit(
        prices.finish, prices.skip_rows(request.call, price_list_id, command, request.bad_rows)
    )


@routes.post(
    "/v1/prices/preview",
    permission="price.read",
    scope=Scope.ANY,
    command=False,
)
def preview_prices(request: Request[PricePreview, NoQuery]) -> PreviewedPrices:
    """Preview prices.

    The price that an order with these terms would have for each item, which rule gave it, and why each other one did
    not. Writes nothing.
    """
    return preview.preview(request.call, request.body)
