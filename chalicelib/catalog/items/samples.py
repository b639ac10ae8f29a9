"""Samples of items."""

from chalicelib.kernel.samples import Body, Ref, Samples, Text, Thing, external_refs


def _item(sku: str, barcode: str, reference: str) -> Body:
    """The fields that can change, with the given texts and codes."""
    return {
        "sku": Text(sku),
        "name": Text("Cargo bike"),
        "description": Text("Carries two children and the week's shopping."),
        "barcodes": [{"code": Text(barcode), "unit": "each"}],
        "category": Text("Bikes"),
        "price": {"amount": "10.00", "currency": "EUR", "per": "1"},
        "tax_code_id": Ref("tax_code_id"),
        "cost": {"amount": "5.00", "currency": "EUR", "per": "1"},
        "reorder_point": "3",
        "units": [{"unit": Text("box"), "numerator": "12", "denominator": "1"}],
        "weight": {"value": "1.5", "unit": "kg"},
        "country_of_origin": "DE",
        "hs_code": "87120030",
        "images": [{"url": "https://cdn.example.com/bike-26.jpg", "alt": Text("The bike from the right side.")}],
        "replacement_id": Ref("replacement_id"),
        "custom_fields": {},
        "size": {"length": "1", "width": "2", "height": "3", "unit": "cm"},
        "external_refs": external_refs(reference),
    }


_NEW: Body = {**_item("BIKE-26-RED", "4006381333931", "10023"), "kind": "stocked", "unit": "each", "tracking": "none"}
_ROW: Body = {
    **{
        name: value
        for name, value in _item("BIKE-26-BLUE", "4006381333948", "10024").items()
        if name not in ("tax_code_id", "replacement_id")
    },
    "kind": "stocked",
    "unit": "each",
    "tracking": "none",
}
SAMPLES = Samples(
    bodies={
        "create_item": _NEW,
        "update_item": _item("BIKE-26-GREEN", "4006381333955", "10025"),
        "bulk_upsert_items": {"items": [_ROW], "on_error": "all_or_nothing", "key": "code"},
    },
    things=(
        Thing("create_item", gives={"item_id": "id", "code": "sku"}),
        Thing("create_item", gives={"other_item_id": "id"}),
        Thing("create_item", gives={"replacement_id": "id"}, changes={"replacement_id": None}),
    ),
)
