"""Samples of vendor items."""

from chalicelib.kernel.samples import Body, Ref, Samples, Text, Thing, Unique

_TERMS: Body = {
    "vendor_name": Text("Brake shoe, black, 10 pcs"),
    "currency": "EUR",
    "prices": [
        {"minimum_quantity": "1", "amount": "9.00", "per": "1", "valid_from": "2026-01-01", "valid_to": "2030-12-31"},
        {"minimum_quantity": "5", "amount": "8.00", "per": "1"},
    ],
    "lead_time_days": 7,
    "minimum_quantity": "50",
    "minimum_unit": "each",
    "multiple": "10",
    "is_preferred": True,
}
SAMPLES = Samples(
    bodies={
        "create_vendor_item": {
            "item_id": Ref("item_id"),
            "vendor_sku": Unique("BS-10-K", "V-"),
            "unit": "each",
            **_TERMS,
        },
        "update_vendor_item": {"vendor_sku": Unique("BS-10-L", "V-"), "unit": "each", **_TERMS},
        "preview_vendor_items": {"item_id": Ref("item_id"), "quantity": "37", "unit": "each", "day": "2026-11-26"},
    },
    things=(Thing("create_vendor_item", gives={"vendor_item_id": "id"}, changes={"unit": "dozen"}),),
)
