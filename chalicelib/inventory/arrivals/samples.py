"""Samples of expected arrivals."""

from chalicelib.kernel.samples import Ref, Samples, Text, Thing

SAMPLES = Samples(
    bodies={
        "create_arrival": {
            "item_id": Ref("item_id"),
            "warehouse_id": Ref("warehouse_id"),
            "quantity": "40",
            "due_on": "2026-12-18",
            "reference": Text("PO-2026-000018"),
        },
        "update_arrival": {"quantity": "50", "due_on": "2026-12-21", "reference": Text("PO-2026-000019")},
    },
    queries={"read_stock_outlook": {"item_id": Ref("item_id"), "warehouse_id": Ref("warehouse_id")}},
    things=(Thing("create_arrival", gives={"arrival_id": "id"}),),
)
