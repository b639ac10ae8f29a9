"""Samples of customers' own codes of items."""

from chalicelib.kernel.samples import Ref, Samples, Text, Unique

SAMPLES = Samples(
    bodies={
        "set_customer_item": {
            "item_id": Ref("item_id"),
            "code": Unique("4711-B", "C-"),
            "name": Text("Brake, black"),
        },
    },
)
