"""Items over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.catalog.items import bulk, service
from chalicelib.catalog.items.schemas import BulkResult, BulkUpsert, Item, ItemChange, ItemQuery, NewItem, OnError
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Items")


@routes.post(
    "/v1/items",
    permission="item.write",
    scope=Scope.ANY,
    status=201,
    location="/v1/items/{id}",
)
def create_item(request: Request[NewItem, NoQuery]) -> Answer[Item]:
    """Create an item.

    Refused when another item has its SKU, a barcode or an external reference.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/items",
    permission="item.read",
    scope=Scope.ANY,
)
def list_items(request: Request[NoBody, ItemQuery]) -> Page[Item]:
    """List items.

    All items, or filtered by SKU, beginning of the name or time of change; each can be filtered by status and category.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/items/{item_id}",
    permission="item.read",
    scope=Scope.ANY,
)
def read_item(request: Request[NoBody, NoQuery], item_id: str) -> Item:
    """Read an item."""
    return service.read(request.call, item_id)


@routes.patch(
    "/v1/items/{item_id}",
    permission="item.write",
    scope=Scope.ANY,
)
def update_item(request: Request[ItemChange, NoQuery], item_id: str) -> Answer[Item]:
    """Change an item.

    Unit and tracking cannot change. Refused when another item has the SKU, a barcode or an external reference.
    """
    return request.commit(service.update, item_id, request.body)


@routes.post(
    "/v1/items/{item_id}/archive",
    permission="item.write",
    change=True,
    errors=[TransitionRefused],
)
def archive_item(request: Request[NoBody, NoQuery], item_id: str) -> Answer[Item]:
    """Archive an item.

    It can no longer be ordered or received; its stock and history remain.
    """
    return request.commit(service.archive, item_id)


@routes.post(
    "/v1/items/{item_id}/restore",
    permission="item.write",
    change=True,
    errors=[TransitionRefused],
)
def restore_item(request: Request[NoBody, NoQuery], item_id: str) -> Answer[Item]:
    """Restore an archived item."""
    return request.commit(service.restore, item_id)


@routes.post(
    "/v1/items/bulk-upsert",
    permission="item.write",
    scope=Scope.ANY,
    rows="items",
)
def bulk_upsert_items(request: Request[BulkUpsert, NoQuery]) -> Answer[BulkResult]:
    """Create or change up to 100 items, matched by SKU.

    With `on_error` `skip_rows`, valid rows are written and errors are returned by row; with `all_or_nothing`, the
    request is refused when a row is invalid.
    """
    command = request.body
    if command.on_error is OnError.ALL_OR_NOTHING:
        return request.commit(bulk.upsert_all, command)
    if request.is_dry_run:
        return request.answer(bulk.skip_rows(request.call, command, request.bad_rows))
    return request.stored() or request.commit(bulk.finish, bulk.skip_rows(request.call, command, request.bad_rows))
