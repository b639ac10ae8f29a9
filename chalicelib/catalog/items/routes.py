"""Items over HTTP."""

from msgspec import UNSET

from chalicelib.access.scope import Scope
from chalicelib.bulk import upserts
from chalicelib.bulk.schemas import BulkResult
from chalicelib.catalog.items import bulk, service
from chalicelib.catalog.items.bulk_schemas import BulkUpsert
from chalicelib.catalog.items.schemas import (
    Item,
    ItemChange,
    ItemId,
    ItemQuery,
    NewItem,
)
from chalicelib.edge.endpoint import ExtraPermission, NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import AlreadyExists, TooManyActions, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Items", "Products and materials that are bought, made, stocked or sold.")
_HIDDEN = {"item.cost": ("cost",)}
_SETS_COST: ExtraPermission[NewItem | ItemChange] = ExtraPermission(
    "item.cost",
    "when it sets or clears the cost",
    lambda body: body.cost is not (UNSET if isinstance(body, ItemChange) else None),
)


@routes.post(
    "/v1/items",
    permission="item.write",
    hidden_without=_HIDDEN,
    extra_permissions=[_SETS_COST],
    scope=Scope.ANY,
    status=201,
    location="/v1/items/{id}",
    errors=[AlreadyExists],
)
def create_item(request: Request[NewItem, NoQuery]) -> Answer[Item]:
    """Create an item.

    Refused when another item has its SKU, a barcode or an external reference.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/items",
    permission="item.read",
    hidden_without=_HIDDEN,
    scope=Scope.ANY,
)
def list_items(request: Request[NoBody, ItemQuery]) -> Page[Item]:
    """List items.

    All items, or those with a SKU, a beginning of the name or a change since a time; each can be filtered by status,
    kind and category. Or the one item with a barcode.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/items/{item_id}",
    permission="item.read",
    hidden_without=_HIDDEN,
    scope=Scope.ANY,
)
def read_item(request: Request[NoBody, NoQuery], item_id: ItemId) -> Item:
    """Read an item.

    Also when it is archived.
    """
    return service.read(request.call, item_id)


@routes.patch(
    "/v1/items/{item_id}",
    permission="item.write",
    hidden_without=_HIDDEN,
    extra_permissions=[_SETS_COST],
    scope=Scope.ANY,
    errors=[AlreadyExists],
)
def update_item(request: Request[ItemChange, NoQuery], item_id: ItemId) -> Answer[Item]:
    """Change an item.

    Kind and base unit never change; tracking and expiry cannot once stock of the item has moved. Refused when another
    item has the SKU, a barcode or an external reference.
    """
    return request.commit(service.update, item_id, request.body)


@routes.post(
    "/v1/items/{item_id}/phase-out",
    permission="item.write",
    hidden_without=_HIDDEN,
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def phase_out_item(request: Request[NoBody, NoQuery], item_id: ItemId) -> Answer[Item]:
    """Phase out an item.

    It is sold while stock lasts, and should neither be bought nor made any more.
    """
    return request.commit(service.phase_out, item_id)


@routes.post(
    "/v1/items/{item_id}/archive",
    permission="item.write",
    hidden_without=_HIDDEN,
    change=True,
    errors=[TransitionRefused],
)
def archive_item(request: Request[NoBody, NoQuery], item_id: ItemId) -> Answer[Item]:
    """Archive an item.

    It can no longer be ordered or received; its stock and history remain.
    """
    return request.commit(service.archive, item_id)


@routes.post(
    "/v1/items/{item_id}/restore",
    permission="item.write",
    hidden_without=_HIDDEN,
    change=True,
    errors=[TransitionRefused],
)
def restore_item(request: Request[NoBody, NoQuery], item_id: ItemId) -> Answer[Item]:
    """Restore an item.

    An archived item, or one that is phased out, is active again: it can be ordered and received.
    """
    return request.commit(service.restore, item_id)


@routes.post(
    "/v1/items/bulk-upsert",
    permission="item.write",
    scope=Scope.ANY,
    rows="items",
    errors=[AlreadyExists, TooManyActions],
)
def bulk_upsert_items(request: Request[BulkUpsert, NoQuery]) -> Answer[BulkResult]:
    """Create or change up to 100 items, matched by SKU or external reference.

    With `on_error` `skip_rows`, valid rows are written and errors are returned by row; with `all_or_nothing`, the
    request is refused when a row is invalid.
    """
    body = request.body
    return upserts.answer(request, bulk.ITEMS, body.items, "items", body.on_error, body.key)
