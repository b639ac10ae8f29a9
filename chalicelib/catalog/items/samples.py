"""Samples of items."""

from chalicelib.kernel.samples import Body, Samples, Text, Thing, external_refs


def _item(sku: str, barcode: str, reference: str) -> Body:
    """The fields that can change, with the given texts and codes."""
    return {
        "sku": Text(sku),
        "name": Text("Cargo bike"),
        "description": Text("Carries two children and the week's shopping."),
        "barcodes": [Text(barcode)],
        "category": Text("Bikes"),
        "price": {"amount": "10.00", "currency": "EUR"},
        "cost": {"amount": "5.00", "currency": "EUR"},
        "reorder_point": "3",
        "weight": {"value": "1.5", "unit": "kg"},
        "size": {"length": "1", "width": "2", "height": "3", "unit": "cm"},
        "external_refs": external_refs(reference),
    }


_NEW: Body = {**_item("BIKE-26-RED", "4006381333931", "10023"), "unit": "each", "tracking": "none"}
_ROW: Body = {**_item("BIKE-26-BLUE", "4006381333948", "10024"), "unit": "each", "tracking": "none"}
SAMPLES = Samples(
    bodies={
        "create_item": _NEW,
        "update_item": _item("BIKE-26-GREEN", "4006381333955", "10025"),
        "bulk_upsert_items": {"items": [_ROW], "on_error": "skip_rows"},
    },
    things=(Thing("create_item", gives={"item_id": "id"}),),
)
