"""The table of expected arrivals."""

from datetime import date

from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.inventory.arrivals.schemas import ArrivalQuery, ArrivalStatus
from chalicelib.inventory.warehouses.tables import warehouse_ref
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import Choice, Day, Number, Text
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.kernel.views import View, required


class ByDueDate(GlobalSecondaryIndex["Arrival"]):
    Meta = index_meta("by_due_date")
    due_key = Text(BUSINESS, hash_key=True)
    due_place = Text(BUSINESS, range_key=True)


class Arrival(Document):
    """Access: by id, all of a tenant; expected ones in a warehouse by item and day, or of one item (sparse
    index)."""

    Meta = meta("arrivals")
    entity = "arrival"
    item_id = Text(BUSINESS)
    warehouse_id = Text(BUSINESS)
    quantity = Number(BUSINESS)
    due_on = Day(BUSINESS)
    due_key = Text(BUSINESS, null=True)
    due_place = Text(BUSINESS, null=True)
    reference = Text(BUSINESS, null=True)
    status: Choice[ArrivalStatus] = Choice(BUSINESS, ArrivalStatus)
    by_due_date = ByDueDate()

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(self.warehouse_id)


def due_place(item_id: str, due_on: date) -> str:
    """Sorts what is expected in a warehouse by item and day."""
    return compound(item_id, due_on.isoformat())


def due_between(tenant: Tenant, warehouse_id: str, first: str, last: str) -> Condition:
    """What is expected in a warehouse of the items from one id to another."""
    from_, to = due_place(first, date.min), due_place(last, date.max)
    key: Condition = (ByDueDate.due_key == tenant.key(warehouse_id)) & ByDueDate.due_place.between(from_, to)
    return key


VIEWS: tuple[View[ArrivalQuery], ...] = (
    View(lambda request: Arrival.partition == request.tenant.key(), filters=("status", "item_id", "warehouse_id")),
    View(
        lambda request: due_between(
            request.tenant, required(request.query.warehouse_id), *[required(request.query.item_id)] * 2
        ),
        needs=frozenset({"item_id", "warehouse_id"}),
        sort="due_on",
        index="by_due_date",
        visible_through=lambda request: warehouse_ref(request.tenant, required(request.query.warehouse_id)),
    ),
)
