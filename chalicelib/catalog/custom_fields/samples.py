"""Samples of custom fields."""

from chalicelib.kernel.samples import Body, Samples, Text, Thing, Unique

_CHANGEABLE: Body = {
    "label": Text("Frame material"),
    "choices": [Text("Steel"), Text("Aluminium")],
    "privacy_class": "business",
    "filterable": True,
}
SAMPLES = Samples(
    bodies={
        "create_custom_field": {
            **_CHANGEABLE,
            "entity": "item",
            "code": Unique("frame_material", "field_"),
            "type": "choice",
        },
        "update_custom_field": _CHANGEABLE,
    },
    things=(Thing("create_custom_field", gives={"custom_field_id": "id"}),),
)
