"""Samples of item templates."""

from chalicelib.kernel.samples import Body, Samples, Text, Thing, Unique, external_refs


def _template(code: str, reference: str) -> Body:
    """The fields that can change."""
    return {
        "code": Unique(code, "TPL-"),
        "name": Text("City bike"),
        "options": [
            {"name": "Colour", "values": ["Red", "Blue"]},
            {"name": "Size", "values": ["M", "L"]},
        ],
        "sku_pattern": "{code}-{Size}-{Colour}",
        "description": Text("For every day, with a light that never fails."),
        "category": Text("Bikes"),
        "shelf_life_days": None,
        "price": {"amount": "499.00", "currency": "EUR"},
        "cost": {"amount": "250.00", "currency": "EUR"},
        "reorder_point": "3",
        "weight": {"value": "14.5", "unit": "kg"},
        "size": {"length": "180", "width": "60", "height": "110", "unit": "cm"},
        "country_of_origin": "DE",
        "hs_code": "87120030",
        "images": [{"url": "https://cdn.example.com/city.jpg", "alt": Text("The bike from the right side.")}],
        "external_refs": external_refs(reference),
    }


SAMPLES = Samples(
    bodies={
        "create_item_template": {
            **_template("CITY-26", "20023"),
            "unit": "each",
            "tracking": "none",
            "expiry": "none",
        },
        "update_item_template": _template("CITY-27", "20024"),
        "make_variants": {
            "variants": [
                {
                    "options": [{"name": "Colour", "value": "Red"}, {"name": "Size", "value": "L"}],
                    "sku": Unique("CITY-26-L-RED", "VAR-"),
                    "barcodes": [{"code": Text("4006381333962"), "unit": "each"}],
                }
            ],
            "all": False,
        },
    },
    things=(Thing("create_item_template", gives={"template_id": "id"}),),
)
