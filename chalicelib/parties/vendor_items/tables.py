"""The table of vendor items; their numbers are also rows of `uniques`."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.kernel.dynamo.attributes import Flag, Number, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import index_meta, meta
from chalicelib.kernel.lifecycle import Master
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.uniques import Kind
from chalicelib.kernel.views import View, required
from chalicelib.parties.vendor_items.schemas import ItemsOfVendor, VendorItemQuery, VendorPrice

PREFERRED = Kind("preferred_vendor_item", "preference", "vendor item", form=str)
"""By item: which of its vendor items is preferred."""


def sku_kind(vendor_id: str) -> Kind:
    """The kind of the numbers of one vendor."""
    return Kind(f"vendor_sku_{vendor_id}", "number", "item of the vendor")


def unit_kind(vendor_id: str) -> Kind:
    """The kind of the items of one vendor, each with its purchase unit."""
    return Kind(f"vendor_item_{vendor_id}", "item with this unit", "item of the vendor")


def with_unit(item_id: str, unit: str) -> str:
    """The value of `unit_kind` for an item and a unit."""
    return f"{item_id} {unit}"


class ByVendor(GlobalSecondaryIndex["VendorItem"]):
    Meta = index_meta("by_vendor")
    vendor_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class ByItem(GlobalSecondaryIndex["VendorItem"]):
    Meta = index_meta("by_item")
    item_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class VendorItem(Master):
    """An item that a vendor sells, one for each unit. Access: by id; of a vendor and of an item (indexes); by the
    vendor's number (`uniques`). Limit: 1,000 writes a second for a tenant."""

    Meta = meta("vendor_items")
    entity = "vendor_item"
    vendor_id = Text(BUSINESS)
    vendor_key = Text(BUSINESS)
    item_id = Text(BUSINESS)
    item_key = Text(BUSINESS)
    vendor_sku = Text(BUSINESS, null=True)
    vendor_name = Text(BUSINESS, null=True)
    unit = Text(BUSINESS)
    currency = Text(BUSINESS)
    prices: Struct[list[VendorPrice]] = Struct(BUSINESS, list[VendorPrice], null=True)
    lead_time_days = Whole(BUSINESS, null=True)
    minimum_quantity = Number(BUSINESS, null=True)
    minimum_unit = Text(BUSINESS, null=True)
    multiple = Number(BUSINESS, null=True)
    is_preferred = Flag(BUSINESS)
    by_vendor = ByVendor()
    by_item = ByItem()


VIEWS: tuple[View[VendorItemQuery], ...] = (
    View(lambda request: VendorItem.partition == request.tenant.key(), filters=("status",)),
    View(
        lambda request: ByItem.item_key == request.tenant.key(required(request.query.item_id)),
        needs=frozenset({"item_id"}),
        index="by_item",
        filters=("status",),
    ),
)
VENDOR_VIEWS: tuple[View[ItemsOfVendor], ...] = (
    View(
        lambda request: ByVendor.vendor_key == request.tenant.key(request.query.vendor_id),
        needs=frozenset({"vendor_id"}),
        index="by_vendor",
        filters=("status",),
    ),
)
