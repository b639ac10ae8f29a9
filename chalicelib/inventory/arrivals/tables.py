"""The table of expected arrivals."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.inventory.arrivals.schemas import ArrivalQuery, ArrivalStatus
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.warehouses.tables import warehouse_ref
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import Choice, Day, Number, Text
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.views import View, required


class ByDueDate(GlobalSecondaryIndex["Arrival"]):
    Meta = index_meta("by_due_date")
    due_key = Text(BUSINESS, hash_key=True)
    due_on = Day(BUSINESS, range_key=True)


class Arrival(Document):
    """Access: by id, all of a tenant; expected ones of an item in a warehouse, by their day (sparse index)."""

    Meta = meta("arrivals")
    entity = "arrival"
    item_id = Text(BUSINESS)
    warehouse_id = Text(BUSINESS)
    quantity = Number(BUSINESS)
    due_on = Day(BUSINESS)
    due_key = Text(BUSINESS, null=True)
    reference = Text(BUSINESS, null=True)
    status: Choice[ArrivalStatus] = Choice(BUSINESS, ArrivalStatus)
    by_due_date = ByDueDate()

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(self.warehouse_id)


def due_key(tenant: Tenant, key: StockKey) -> str:
    """The partition of what is expected of an item in a warehouse."""
    return tenant.key(*key)


VIEWS: tuple[View[ArrivalQuery], ...] = (
    View(lambda request: Arrival.partition == request.tenant.key(), filters=("status", "item_id", "warehouse_id")),
    View(
        lambda request: (
            ByDueDate.due_key
            == due_key(request.tenant, StockKey(required(request.query.item_id), required(request.query.warehouse_id)))
        ),
        needs=frozenset({"item_id", "warehouse_id"}),
        sort="due_on",
        index="by_due_date",
        visible_through=lambda request: warehouse_ref(request.tenant, required(request.query.warehouse_id)),
    ),
)
