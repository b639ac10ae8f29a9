"""The table of reorder rules."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.inventory.reordering.schemas import ReorderRuleQuery, ReorderSuggestionQuery
from chalicelib.inventory.warehouses.tables import warehouse_ref
from chalicelib.kernel import uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import Number, Text, Whole
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.views import Filter, View, required


class ByItem(GlobalSecondaryIndex["ReorderRule"]):
    Meta = index_meta("by_item")
    item_key = Text(BUSINESS, hash_key=True)
    warehouse_id = Text(BUSINESS, range_key=True)


class ByWarehouse(GlobalSecondaryIndex["ReorderRule"]):
    Meta = index_meta("by_warehouse")
    warehouse_key = Text(BUSINESS, hash_key=True)
    item_id = Text(BUSINESS, range_key=True)


class ReorderRule(Document):
    """Access: by id, all of a tenant; of an item, of a warehouse by item (indexes). An item has one rule in a warehouse
    (`uniques`)."""

    Meta = meta("reorder_rules")
    entity = "reorder_rule"
    item_id = Text(BUSINESS)
    item_key = Text(BUSINESS)
    warehouse_id = Text(BUSINESS)
    warehouse_key = Text(BUSINESS)
    reorder_point = Number(BUSINESS)
    target = Number(BUSINESS, null=True)
    multiple = Number(BUSINESS, null=True)
    minimum_order_quantity = Number(BUSINESS, null=True)
    lead_time_days = Whole(BUSINESS, null=True)
    by_item = ByItem()
    by_warehouse = ByWarehouse()

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(self.warehouse_id)


def item_kind(warehouse_id: str) -> uniques.Kind:
    """The kind of the items that have a rule in a warehouse."""
    return uniques.Kind(f"reorder_rule_{warehouse_id}", "item", "reorder rule of the warehouse")


VIEWS: tuple[View[ReorderRuleQuery], ...] = (
    View(lambda request: ReorderRule.partition == request.tenant.key()),
    View(
        lambda request: ByItem.item_key == request.tenant.key(required(request.query.item_id)),
        needs=frozenset({"item_id"}),
        sort="warehouse_id",
        index="by_item",
        filters=("warehouse_id",),
    ),
    View(
        lambda request: ByWarehouse.warehouse_key == request.tenant.key(required(request.query.warehouse_id)),
        needs=frozenset({"warehouse_id"}),
        sort="item_id",
        index="by_warehouse",
        visible_through=lambda request: warehouse_ref(request.tenant, required(request.query.warehouse_id)),
    ),
)
SUGGESTION_VIEWS: tuple[View[ReorderSuggestionQuery], ...] = (
    View(
        lambda request: ByWarehouse.warehouse_key == request.tenant.key(request.query.warehouse_id),
        needs=frozenset({"warehouse_id"}),
        sort="item_id",
        index="by_warehouse",
        filters=(Filter("is_below"),),
        visible_through=lambda request: warehouse_ref(request.tenant, request.query.warehouse_id),
    ),
)
