"""Items over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.catalog.items import bulk, service
from chalicelib.catalog.items.schemas import BulkResult, BulkUpsert, Item, ItemChange, ItemQuery, NewItem, OnError
from chalicelib.edge.endpoint import Request, Routes
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Items")


@routes.post(
    "/v1/items",
    permission="item.write",
    scope=Scope.ANY,
    body=NewItem,
    returns=Item,
    status=201,
    location="/v1/items/{id}",
)
def create_item(request: Request) -> Answer:
    """Add an item."""
    return request.commit(service.create, request.body)


@routes.get("/v1/items", permission="item.read", scope=Scope.ANY, query=ItemQuery, returns=Page[Item])
def list_items(request: Request) -> Page[Item]:
    """List items.

    By SKU, by the beginning of the name, or by time of change; status and category narrow any of these.
    """
    return service.page(request.call, request.query)


@routes.get("/v1/items/{item_id}", permission="item.read", scope=Scope.ANY, returns=Item)
def read_item(request: Request, item_id: str) -> Item:
    """Read an item."""
    return service.read(request.call, item_id)


@routes.patch("/v1/items/{item_id}", permission="item.write", scope=Scope.ANY, body=ItemChange, returns=Item)
def update_item(request: Request, item_id: str) -> Answer:
    """Change an item."""
    return request.commit(service.update, item_id, request.body)


@routes.post(
    "/v1/items/{item_id}/archive", permission="item.write", returns=Item, change=True, errors=[TransitionRefused]
)
def archive_item(request: Request, item_id: str) -> Answer:
    """Archive an item.

    It can no longer be ordered or received; its stock and history stay.
    """
    return request.commit(service.archive, item_id)


@routes.post(
    "/v1/items/{item_id}/restore", permission="item.write", returns=Item, change=True, errors=[TransitionRefused]
)
def restore_item(request: Request, item_id: str) -> Answer:
    """Restore an archived item."""
    return request.commit(service.restore, item_id)


@routes.post(
    "/v1/items/bulk-upsert",
    permission="item.write",
    scope=Scope.ANY,
    body=BulkUpsert,
    returns=BulkResult,
    rows="items",
)
def bulk_upsert_items(request: Request) -> Answer | BulkResult:
    """Add or change up to 100 items, matched by SKU."""
    requested: BulkUpsert = request.body
    if requested.on_error is OnError.ALL_OR_NOTHING:
        return (
            bulk.preview(request.call, requested) if requested.dry_run else request.commit(bulk.upsert_all, requested)
        )
    if requested.dry_run:
        return bulk.skip_rows(request.call, requested, request.bad_rows)
    return request.stored() or request.commit(bulk.finish, bulk.skip_rows(request.call, requested, request.bad_rows))
