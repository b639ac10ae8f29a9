"""Warehouses and locations: few rows, rarely written."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.kernel.dynamo.attributes import Text
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.lifecycle import Master
from chalicelib.kernel.lists import View
from chalicelib.kernel.privacy import BUSINESS


class Warehouse(Document):
    """Access: by id, all of a tenant. Its default location has the same id body: `wh_X` and `loc_X`."""

    Meta = meta("warehouses")
    entity = "warehouse"
    code = Text(BUSINESS)
    name = Text(BUSINESS)


class ByWarehouse(GlobalSecondaryIndex["Location"]):
    Meta = index_meta("by_warehouse")
    warehouse_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class Location(Master):
    """Access: by id, all of a tenant, of a warehouse (index)."""

    Meta = meta("locations")
    entity = "location"
    warehouse_key = Text(BUSINESS)
    warehouse_id = Text(BUSINESS)
    code = Text(BUSINESS)
    name = Text(BUSINESS)
    by_warehouse = ByWarehouse()


WAREHOUSE_VIEWS = (View(lambda tenant, _: Warehouse.partition == tenant.key()),)
LOCATION_VIEWS = (
    View(lambda tenant, _: Location.partition == tenant.key(), filters=("status",)),
    View(
        lambda tenant, values: ByWarehouse.warehouse_key == tenant.key(values["warehouse_id"]),
        needs=frozenset({"warehouse_id"}),
        index="by_warehouse",
        filters=("status",),
    ),
)
