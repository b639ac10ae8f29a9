"""The tables of warehouses and locations, which have few rows and few writes."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.inventory.warehouses.schemas import CountedBy, LocationQuery, WarehouseQuery, Zone
from chalicelib.kernel import uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Text, Whole
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.lifecycle import Master
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.views import View, required

WAREHOUSE_CODE = uniques.Kind("warehouse_code", "code", "warehouse")


def location_code(warehouse_id: str) -> uniques.Kind:
    """The kind of the codes of a warehouse's locations."""
    return uniques.Kind(f"location_code_{warehouse_id}", "code", "location of the warehouse")


class Warehouse(Document):
    """Access: by id, all of a tenant. The id of the default location differs only in the prefix: `wh_X` and `loc_X`."""

    Meta = meta("warehouses")
    entity = "warehouse"
    code = Text(BUSINESS)
    name = Text(BUSINESS)
    priority = Whole(BUSINESS)
    counted_by: Choice[CountedBy] = Choice(BUSINESS, CountedBy)
    ships_before_receipt = Flag(BUSINESS, null=True)

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(self.id)


class ByWarehouse(GlobalSecondaryIndex["Location"]):
    Meta = index_meta("by_warehouse")
    warehouse_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class ByParent(GlobalSecondaryIndex["Location"]):
    Meta = index_meta("by_parent")
    warehouse_key = Text(BUSINESS, hash_key=True)
    parent_location_id = Text(BUSINESS, range_key=True)


class Location(Master):
    """Access: by id, all of a tenant, of a warehouse (index); what lies in what in a warehouse (sparse index, whose
    keys say it). kept, ships_before_receipt: what its warehouse says."""

    Meta = meta("locations")
    entity = "location"
    warehouse_key = Text(BUSINESS)
    warehouse_id = Text(BUSINESS)
    code = Text(BUSINESS)
    name = Text(BUSINESS)
    zone: Choice[Zone] = Choice(BUSINESS, Zone)
    parent_location_id = Text(BUSINESS, null=True)
    kept = Flag(BUSINESS, null=True)
    ships_before_receipt = Flag(BUSINESS, null=True)
    by_warehouse = ByWarehouse()
    by_parent = ByParent()

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(self.warehouse_id)


def warehouse_ref(tenant: Tenant, warehouse_id: str) -> store.Ref:
    return store.Ref(Warehouse, tenant.key(), warehouse_id)


def location_ref(tenant: Tenant, location_id: str) -> store.Ref:
    return store.Ref(Location, tenant.key(), location_id)


WAREHOUSE_VIEWS: tuple[View[WarehouseQuery], ...] = (View(lambda request: Warehouse.partition == request.tenant.key()),)
LOCATION_VIEWS: tuple[View[LocationQuery], ...] = (
    View(lambda request: Location.partition == request.tenant.key(), filters=("status", "parent_location_id")),
    View(
        lambda request: ByWarehouse.warehouse_key == request.tenant.key(required(request.query.warehouse_id)),
        needs=frozenset({"warehouse_id"}),
        index="by_warehouse",
        filters=("status", "parent_location_id"),
        visible_through=lambda request: warehouse_ref(request.tenant, required(request.query.warehouse_id)),
    ),
)
