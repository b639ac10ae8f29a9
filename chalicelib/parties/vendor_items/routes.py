"""Vendor items over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import AlreadyExists, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.parties.parties.errors import PartyMerged
from chalicelib.parties.vendor_items import preview, service
from chalicelib.parties.vendor_items.preview_schemas import PreviewedPurchase, PurchasePreview
from chalicelib.parties.vendor_items.schemas import (
    ItemsOfVendorQuery,
    NewVendorItem,
    VendorItem,
    VendorItemChange,
    VendorItemId,
    VendorItemQuery,
)
from chalicelib.parties.vendors.schemas import VendorId

routes = Routes(
    __name__, "Vendor items", "What vendors sell: their numbers of items, purchase units, prices, packs and lead times."
)


@routes.post(
    "/v1/vendors/{vendor_id}/items",
    permission="vendor_item.write",
    scope=Scope.ANY,
    status=201,
    location="/v1/vendor-items/{id}",
    errors=[AlreadyExists, PartyMerged],
)
def create_vendor_item(request: Request[NewVendorItem, NoQuery], vendor_id: VendorId) -> Answer[VendorItem]:
    """Add an item to those of a vendor.

    One for each unit in which the vendor sells it. A preferred one takes the place of the item's preferred one.
    """
    return request.commit(service.create, vendor_id, request.body)


@routes.get(
    "/v1/vendors/{vendor_id}/items",
    permission="vendor_item.read",
    scope=Scope.ANY,
)
def list_items_of_vendor(request: Request[NoBody, ItemsOfVendorQuery], vendor_id: VendorId) -> Page[VendorItem]:
    """List the items of a vendor.

    All, or the one with a number of the vendor. Items of vendors that were merged into this one are found by number,
    and are listed there.
    """
    return service.page_of_vendor(request.call, vendor_id, request.query)


@routes.get(
    "/v1/vendor-items",
    permission="vendor_item.read",
    scope=Scope.ANY,
)
def list_vendor_items(request: Request[NoBody, VendorItemQuery]) -> Page[VendorItem]:
    """List vendor items.

    All, or those of an item: who sells it.
    """
    return service.page(request.call, request.query)


@routes.post(
    "/v1/vendor-items/preview",
    permission="vendor_item.read",
    scope=Scope.ANY,
    command=False,
)
def preview_vendor_items(request: Request[PurchasePreview, NoQuery]) -> PreviewedPurchase:
    """Preview what to order.

    For every vendor of an item: how much has to be ordered so that it is no less than is needed, with minimum and pack,
    what it costs and when it arrives. Writes nothing. Archived vendors and vendor items are left out.
    """
    return preview.preview(request.call, request.body)


@routes.get(
    "/v1/vendor-items/{vendor_item_id}",
    permission="vendor_item.read",
    scope=Scope.ANY,
)
def read_vendor_item(request: Request[NoBody, NoQuery], vendor_item_id: VendorItemId) -> VendorItem:
    """Read a vendor item.

    Also when it is archived.
    """
    return service.read(request.call, vendor_item_id)


@routes.patch(
    "/v1/vendor-items/{vendor_item_id}",
    permission="vendor_item.write",
    scope=Scope.ANY,
    errors=[AlreadyExists],
)
def update_vendor_item(request: Request[VendorItemChange, NoQuery], vendor_item_id: VendorItemId) -> Answer[VendorItem]:
    """Change a vendor item.

    A preferred one takes the place of the item's preferred one; an archived one cannot be preferred.
    """
    return request.commit(service.update, vendor_item_id, request.body)


@routes.post(
    "/v1/vendor-items/{vendor_item_id}/archive",
    permission="vendor_item.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def archive_vendor_item(request: Request[NoBody, NoQuery], vendor_item_id: VendorItemId) -> Answer[VendorItem]:
    """Archive a vendor item.

    Nothing new is bought by it, and it is not preferred any more. It keeps its number.
    """
    return request.commit(service.archive, vendor_item_id)


@routes.post(
    "/v1/vendor-items/{vendor_item_id}/restore",
    permission="vendor_item.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def restore_vendor_item(request: Request[NoBody, NoQuery], vendor_item_id: VendorItemId) -> Answer[VendorItem]:
    """Restore an archived vendor item.

    It is offered again; it is not preferred.
    """
    return request.commit(service.restore, vendor_item_id)
