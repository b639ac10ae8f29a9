"""Samples of reorder rules."""

from chalicelib.kernel.samples import Ref, Samples, Thing

_QUANTITIES = {
    "reorder_point": "10",
    "target": "40",
    "multiple": "12",
    "minimum_order_quantity": "24",
    "lead_time_days": 14,
}
SAMPLES = Samples(
    bodies={
        "create_reorder_rule": {
            "item_id": Ref("item_id"),
            "warehouse_id": Ref("warehouse_id"),
            **_QUANTITIES,
        },
        "update_reorder_rule": {**_QUANTITIES, "target": "48"},
    },
    queries={"list_reorder_suggestions": {"warehouse_id": Ref("warehouse_id")}},
    things=(Thing("create_reorder_rule", gives={"reorder_rule_id": "id"}, changes={"item_id": Ref("other_item_id")}),),
)
